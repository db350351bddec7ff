import { clarity } from 'clarity-js'

clarity.start({ projectId: 'bench', upload: '/clarity', track: true, content: true })
