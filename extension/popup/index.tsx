import 'bootstrap/dist/css/bootstrap.min.css'
import './popup.css'
import { createRoot } from 'react-dom/client'
import { Popup } from './popup.tsx'
import { followSystemTheme } from './theme.ts'

followSystemTheme()
createRoot(document.getElementById('root')!).render(<Popup />)
