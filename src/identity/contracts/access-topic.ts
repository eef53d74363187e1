/** The bus topic whose messages are ids of users whose rights may have changed. */
export const ACCESS_TOPIC = 'access';
