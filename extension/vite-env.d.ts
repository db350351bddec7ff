declare module '*?script&iife' {
  const path: string
  export default path
}
declare module '*.css'
