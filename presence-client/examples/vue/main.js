import { createApp } from 'vue';
import '../board.css';
import App from './App.vue';

createApp(App).mount('#root');
