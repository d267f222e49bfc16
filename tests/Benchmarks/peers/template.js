// Makes the template of the benchmark: 20 slides with five tokens each, five of them with a shape for an image.
// node template.js FILE shapes|pictures|root [PICTURE]
// 'pictures' has them where 'shapes' has shapes to be replaced, as pptx-automizer wants it; 'root' is one empty slide.
const pptxgen = require('pptxgenjs');

const [file, kind, picture] = process.argv.slice(2);
const deck = new pptxgen();
for (let number = 1; number <= (kind === 'root' ? 0 : 20); number++) {
  const slide = deck.addSlide();
  slide.addText('{{customer}}: {{title}}', { x: 0.5, y: 0.3, w: 9, h: 0.8, fontSize: 28, bold: true, objectName: 'title' });
  slide.addText(`{{body}} Page ${number}, {{quarter}}, {{contact}}.`, { x: 0.5, y: 1.3, w: 5, h: 3, fontSize: 16, objectName: 'body' });
  if (number % 4 === 0) {
    const place = { x: 6, y: 1.3, w: 3.5, h: 3, objectName: `image${number / 4 - 1}` };
    if (kind === 'pictures') slide.addImage({ path: picture, ...place });
    else slide.addText(`{{image${number / 4 - 1}}}`, place);
  }
}
if (kind === 'root') deck.addSlide();
deck.writeFile({ fileName: file });
