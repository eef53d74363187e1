export const signIn = {
  heading: 'Sign in',
  email: 'E-mail',
  password: 'Password',
  submit: 'Sign in',
  hint: 'The first start prints the administrator and the password in the terminal.',
};
