/** What we use of a package that brings no types. */
declare module "@michaelhomer/jqjs" {
  export function compile(program: string): (input: unknown) => Iterable<unknown>;
}
