export const signIn = {
  heading: 'Sign in',
  email: 'E-mail',
  password: 'Password',
  submit: 'Sign in',
  hint: 'The first start prints the administrator and the password in the terminal.',
  forgot: 'Forgot your password?',
  or: 'or',
  with: (provider: string) => `Sign in with ${provider}`,
  /** By the code with which a sign-in at an issuer leads back. */
  problems: {
    'auth.sign-in-expired':
      'This sign-in was not begun in this browser, or it took longer than ten minutes. Begin again.',
    'auth.sign-in-cancelled': 'The sign-in was cancelled at the provider.',
    'auth.sign-in-refused': 'The answer of the provider was not accepted. Begin again.',
    'auth.provider-unavailable': 'The provider does not answer at the moment. Try again later.',
    'auth.user-disabled': 'This user has been disabled. Ask an administrator.',
  },
};
