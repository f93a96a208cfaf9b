/**
 * For the build of a script that calls nearly all its functions before its first answer: the browser compiles it whole while
 * it loads, instead of each function when it is first called. A hint of Chromium's, a comment to every other browser.
 * @see https://v8.dev/blog/explicit-compile-hints
 */
export const compiledAtOnce = { output: { postBanner: '//# allFunctionsCalledOnLoad' } };
