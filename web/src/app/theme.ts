/** Mantine on our tokens: every colour it paints is one of tokens.css, in both schemes. */
import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

const blueprint: MantineColorsTuple = [
  '#e8edfb',
  '#d2dcf7',
  '#b4c4f1',
  '#8fabff',
  '#6c8ae8',
  '#4b6dd8',
  '#3257c8',
  '#1f47b8',
  '#183a99',
  '#112c78',
];
const brick: MantineColorsTuple = [
  '#fbe9e7',
  '#f6d0cc',
  '#ffb8af',
  '#ff9d92',
  '#e2685e',
  '#cf463c',
  '#c0342b',
  '#b3261e',
  '#931d17',
  '#731510',
];

/** Which token pair a colour name stands for. */
const pairs: Record<string, [strong: string, soft: string]> = {
  blueprint: ['var(--accent)', 'var(--accent-soft)'],
  brick: ['var(--open)', 'var(--open-soft)'],
};

const variants: VariantColorsResolver = (input) => {
  const color = input.color ?? input.theme.primaryColor;
  const pair = pairs[color];
  const hoverSoft = 'color-mix(in srgb, var(--ink) 6%, transparent)';
  if (!pair) return defaultVariantColorsResolver(input);
  const [strong, soft] = pair;
  switch (input.variant) {
    case 'filled':
      return {
        background: strong,
        hover: `color-mix(in srgb, ${strong} 86%, var(--ink))`,
        color: 'var(--on-accent)',
        border: '1px solid transparent',
      };
    case 'light':
      return { background: soft, hover: `color-mix(in srgb, ${soft} 90%, ${strong})`, color: strong, border: '1px solid transparent' };
    case 'subtle':
    case 'transparent':
      return {
        background: 'transparent',
        hover: hoverSoft,
        color: color === 'blueprint' ? 'var(--accent)' : strong,
        border: '1px solid transparent',
      };
    case 'outline':
      return { background: 'transparent', hover: hoverSoft, color: strong, border: `1px solid ${strong}` };
    default:
      return {
        background: 'var(--card)',
        hover: 'color-mix(in srgb, var(--ink) 4%, var(--card))',
        color: 'var(--ink)',
        border: '1px solid var(--line-strong)',
      };
  }
};

export const theme = createTheme({
  primaryColor: 'blueprint',
  primaryShade: { light: 7, dark: 3 },
  colors: { blueprint, brick },
  black: '#1d1c1a',
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  headings: { fontFamily: 'var(--font)', fontWeight: '600' },
  defaultRadius: 6,
  respectReducedMotion: true,
  cursorType: 'pointer',
  focusRing: 'auto',
  variantColorResolver: variants,
  fontSizes: { xs: '12px', sm: '13.5px', md: '14px', lg: '16px', xl: '18px' },
  // By name, not X.extend: that would put every component named here into the first load.
  components: {
    Button: { defaultProps: { fw: 600 } },
    Input: { classNames: { input: 'pl-input' } },
    TextInput: { defaultProps: { inputWrapperOrder: ['label', 'description', 'input', 'error'] } },
    PasswordInput: { defaultProps: { inputWrapperOrder: ['label', 'description', 'input', 'error'] } },
    Textarea: { defaultProps: { autosize: true, minRows: 2 } },
    Select: { defaultProps: { checkIconPosition: 'right', comboboxProps: { shadow: 'md', transitionProps: { duration: 80 } } } },
    Checkbox: { defaultProps: { radius: 4 } },
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 100 }, overlayProps: { backgroundOpacity: 0.4 } } },
    Drawer: { defaultProps: { transitionProps: { duration: 120 } } },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 80 } } },
  },
});

export const variables: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--card)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-bright': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-2)',
    '--mantine-color-placeholder': 'var(--ink-2)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-color-error': 'var(--open)',
    '--mantine-color-default': 'var(--card)',
    '--mantine-color-default-hover': 'color-mix(in srgb, var(--ink) 4%, var(--card))',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-disabled': 'var(--idle-soft)',
    '--mantine-color-disabled-color': 'var(--ink-2)',
    '--mantine-color-disabled-border': 'var(--line)',
    '--mantine-color-blueprint-filled': 'var(--accent)',
    '--mantine-color-blueprint-filled-hover': 'var(--accent-hover)',
    '--mantine-color-blueprint-light': 'var(--accent-soft)',
    '--mantine-color-blueprint-light-hover': 'var(--accent-soft)',
    '--mantine-color-blueprint-light-color': 'var(--accent)',
    '--mantine-color-blueprint-text': 'var(--accent)',
    '--mantine-color-blueprint-outline': 'var(--accent)',
    '--mantine-primary-color-filled': 'var(--accent)',
    '--mantine-primary-color-filled-hover': 'var(--accent-hover)',
    '--mantine-primary-color-contrast': 'var(--on-accent)',
    '--mantine-shadow-md': 'var(--shadow)',
  };
  return { variables: {}, light: both, dark: both };
};

export const schemes = localStorageColorSchemeManager({ key: 'plumbline-theme' });
