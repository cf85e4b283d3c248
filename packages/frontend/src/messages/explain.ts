/** Long form of a message: what it means, a wrong design text, the right one. */
export function explain(text: string, wrong: string, right: string): string {
  return `${text}\n\nWrong:\n\n\`\`\`asyn\n${wrong}\n\`\`\`\n\nRight:\n\n\`\`\`asyn\n${right}\n\`\`\`\n`;
}
