// Runs before the first paint, so that a dark screen never flashes light.
(() => {
  let choice = 'auto';
  try {
    choice = localStorage.getItem('plumbline-theme') || 'auto';
  } catch {}
  const dark = choice === 'dark' || (choice === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light';
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
