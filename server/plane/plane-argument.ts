/**
 * The argument of `samid --plane`: `NAME[,OPTION=VALUE]…`.
 *
 * A backslash takes the character after it as it is, so `\,` is a comma and `\\` a backslash in a value.
 */

/** The command line asks for something that makes no sense; the message says what there is instead. */
export class PlaneUsageError extends Error {
  readonly code = 'usage';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlaneUsageError';
  }
}

export interface PlaneRequest {
  readonly name: string;
  /** Option and value, in the order given. */
  readonly options: readonly (readonly [string, string])[];
}

/** Throws {@link PlaneUsageError} for what has not that form. Whether names are known is not its business. */
export function parsePlaneArgument(text: string): PlaneRequest {
  const [name = '', ...options] = splitAtCommas(text);
  if (name === '' || name.includes('=')) {
    throw new PlaneUsageError(`--plane "${text}": expected NAME[,OPTION=VALUE]…`);
  }
  return {
    name,
    options: options.map((option) => {
      const at = option.indexOf('=');
      if (at > 0) return [option.slice(0, at), option.slice(at + 1)] as const;
      throw new PlaneUsageError(
        `--plane "${text}": expected OPTION=VALUE, not "${option}" (a comma in a value is "\\,")`,
      );
    }),
  };
}

function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === ',') {
      parts.push(part);
      part = '';
    } else if (char !== '\\') {
      part += char;
    } else {
      at += 1;
      if (at === text.length) {
        throw new PlaneUsageError(`--plane "${text}": nothing follows the last backslash`);
      }
      part += text.charAt(at);
    }
  }
  return [...parts, part];
}
