'use strict';

/* Stacked bars by hour, drawn as SVG. Text goes in as text nodes only. */
const SVG = 'http://www.w3.org/2000/svg';

function svg(name, attributes, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/* A round number at or above the value: a small multiple of a power of ten. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  for (const step of [1, 2, 2.5, 3, 4, 5, 6, 8, 10]) if (step * power >= value) return step * power;
  return 10 * power;
}

/*
 * hours: [{at: Date, parts: [{channel, quantity}]}], channels: ids in the order of their colours.
 */
function drawChart(holder, hours, channels, format) {
  const width = Math.max(320, holder.clientWidth);
  const height = 220;
  const left = 44;
  const right = 8;
  const bottom = 26;
  const top = 10;
  const sums = hours.map(h => h.parts.reduce((sum, part) => sum + part.quantity, 0));
  const max = roundUp(Math.max(...sums, 4));
  const y = value => top + (height - top - bottom) * (1 - value / max);
  const slot = (width - left - right) / hours.length;
  const bar = Math.max(2, Math.min(36, slot * 0.68));
  const root = svg('svg', {viewBox: `0 0 ${width} ${height}`, width, height, role: 'img'});
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    const line = y(max * part);
    root.append(
      svg('line', {x1: left, x2: width - right, y1: line, y2: line, class: part === 0 ? 'axis' : 'grid'}),
      svg('text', {x: left - 8, y: line + 4, class: 'tick end'}, format.number(max * part)));
  }
  const every = Math.max(1, Math.ceil(46 / slot));
  hours.forEach((hour, i) => {
    const x = left + slot * i + (slot - bar) / 2;
    let below = 0;
    const group = svg('g', {class: 'bar-group'});
    const lines = [];
    for (const channel of channels) {
      const part = hour.parts.find(p => p.channel === channel);
      if (!part || part.quantity === 0) continue;
      const from = y(below);
      below += part.quantity;
      const to = y(below);
      group.append(svg('rect', {
        x, y: to, width: bar, height: Math.max(1, from - to - 1), rx: 2,
        class: `c${channels.indexOf(channel) % 8}`,
      }));
      lines.push(`${channel} ${format.number(part.quantity)}`);
    }
    group.append(
      svg('rect', {x: left + slot * i, y: top, width: slot, height: height - top - bottom, class: 'hit'}),
      svg('title', {}, `${format.dayHour(hour.at)}\n${lines.join('\n') || '0'}`));
    root.append(group);
    if (i % every === 0) {
      const first = i === 0 || hour.at.getHours() < every;
      const label = first ? format.day(hour.at) : format.hour(hour.at);
      root.append(svg('text', {x: x + bar / 2, y: height - 8, class: 'tick middle'}, label));
    }
  });
  holder.replaceChildren(root);
}
