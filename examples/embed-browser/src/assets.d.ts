// The bundler turns these files into the texts that they hold.

declare module "*.asyn" {
  const text: string;
  export default text;
}

declare module "*.hex" {
  const text: string;
  export default text;
}
