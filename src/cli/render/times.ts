/** Times for people: local ones. JSON has them in UTC. Pure but for the time zone. */

/** `2026-03-12 09:30`, in local time. @param milliseconds since 1970 */
export function minuteOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `2026-03-12 09:30 (local time, 9 h ahead of UTC)`. @param milliseconds since 1970 */
export function minuteWithOffset(milliseconds: number): string {
  return `${minuteOf(milliseconds)} (local time, ${offsetOf(milliseconds)})`;
}

/** As it was then: summer time counts. */
function offsetOf(milliseconds: number): string {
  const ahead = -new Date(milliseconds).getTimezoneOffset();
  if (ahead === 0) return 'the same as UTC';
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  const length = [hours > 0 ? `${hours} h` : '', minutes > 0 ? `${minutes} min` : ''];
  return `${length.filter((part) => part !== '').join(' ')} ${ahead > 0 ? 'ahead of' : 'behind'} UTC`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
