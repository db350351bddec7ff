import 'bootstrap/dist/css/bootstrap.min.css'
import './options.css'
import { createRoot } from 'react-dom/client'
import { followSystemTheme } from '../popup/theme.ts'
import { Options } from './options.tsx'

followSystemTheme()
createRoot(document.getElementById('root')!).render(<Options />)
