// Fills the template with pptx-automizer, text and images: node automizer.js TEMPLATE FOLDER COUNT IMAGES ROOT
const path = require('path');
const { Automizer, modify, ModifyImageHelper } = require('pptx-automizer');

const [template, folder, count, images, root] = process.argv.slice(2);
const texts = (number) => Object.entries({ customer: `Customer ${number}`, title: 'Review', body: `Text of deck ${number}.`, quarter: 'Q4', contact: 'Ada' })
  .map(([name, text]) => ({ replace: name, by: { text } }));
const pictures = [0, 1, 2, 3, 4].map((i) => `image${i}.png`);

async function fill(number) {
  const automizer = new Automizer({ templateDir: path.dirname(template), mediaDir: images, outputDir: folder, removeExistingSlides: true, verbosity: 0 });
  const deck = automizer.loadRoot(path.basename(root)).load(path.basename(template), 'deck').loadMedia(pictures);
  const replace = modify.replaceText(texts(number), { openingTag: '{{', closingTag: '}}' });
  for (let slide = 1; slide <= 20; slide++) {
    deck.addSlide('deck', slide, (page) => {
      page.modifyElement('title', [replace]);
      page.modifyElement('body', [replace]);
      if (slide % 4 === 0) page.modifyElement(`image${slide / 4 - 1}`, [ModifyImageHelper.setRelationTarget(pictures[slide / 4 - 1])]);
    });
  }

  await deck.write(`${number}.pptx`);
}

(async () => {
  await fill(0);
  const started = process.hrtime.bigint();
  for (let number = 1; number <= Number(count); number++) await fill(number);
  console.log(Number(process.hrtime.bigint() - started) / 1e6);
})();
