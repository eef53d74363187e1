/** The names of users by their ids; an id stays where no member has it. */
export type NameOf = (id: string | null) => string;
