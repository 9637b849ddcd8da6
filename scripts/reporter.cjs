/**
 * Mocha's own spec reporter, with a closing line that counts. In CI a test that was skipped counts as
 * failed: there everything it could want is installed, so a skip means that nothing was shown.
 */
'use strict';
const Mocha = require('mocha');

module.exports = class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const strict = process.env.CI === 'true';
      const failed = failures + (strict ? pending : 0);
      if (strict && pending > 0) process.exitCode = 1;
      this.closing = `${passes} passed, ${failed} failed, ${strict ? 0 : pending} skipped`;
      console.log(this.closing);
    });
  }

  /** Mocha exits with the number of failures; a skip in CI must not leave it at zero. */
  done(failures, exit) {
    const strict = process.env.CI === 'true';
    exit(failures + (strict ? (this.stats.pending ?? 0) : 0));
  }
};
