/** The pages that need no sign-in. */
export { ErasurePage } from './ErasurePage';
export { RequestPage, RequestStatusPage } from './RequestPage';
export { TrustPage } from './TrustPage';
export { UnsubscribePage } from './Unsubscribe';
