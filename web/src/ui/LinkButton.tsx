import { Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ReactNode, Ref } from 'react';

interface Props extends Omit<ButtonProps, 'href'> {
  ref?: Ref<HTMLAnchorElement>;
  children?: ReactNode;
}

function Anchor(props: Props) {
  return <Button component="a" {...props} />;
}

/** LinkButton looks like a button and leads somewhere. */
export const LinkButton = createLink(Anchor);
