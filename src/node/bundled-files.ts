/**
 * What the program has inside when it is a single file: `scripts/bundle.mjs` puts another module in the place of
 * this one.
 */

export interface BundledFiles {
  readonly version: string;
  /** The YANG modules of the package: their texts by file name. */
  readonly modules: ReadonlyMap<string, string>;
}

/** Undefined when the files of the package stand beside the program, as usual. */
export const BUNDLED = undefined as BundledFiles | undefined;

/** Stands for the directory with the modules of the package, which then exists nowhere. */
export const BUNDLED_DIRECTORY = '(inside the program)';
