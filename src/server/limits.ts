/** Size in bytes of the largest message either way: a batch of definitions, or the largest data of a workflow. */
export const maxMessageBytes = 64 * 1024 * 1024;
