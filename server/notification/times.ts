/** Times as subscribers give them (RFC 6991, date-and-time). */

/** Milliseconds since 1970; undefined for a text of the right form that is no time, such as a 31st of June. */
export function parseTime(text: string): number | undefined {
  const time = Date.parse(text.replace(/:60(?=[.Z+-])/, ':59'));
  if (Number.isNaN(time)) return undefined;
  const day = Number(text.slice(8, 10));
  const days = new Date(
    Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0),
  ).getUTCDate();
  return day <= days ? time : undefined;
}
