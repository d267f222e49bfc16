// Fills the template with docxtemplater, whose open part does text only: node docxtemplater.js TEMPLATE FOLDER COUNT
const fs = require('fs');
const path = require('path');
const PizZip = require('pizzip');
const Docxtemplater = require('docxtemplater');

const [template, folder, count] = process.argv.slice(2);
const content = fs.readFileSync(template);
const values = (number) => ({
  customer: `Customer ${number}`, title: 'Review', body: `Text of deck ${number}.`, quarter: 'Q4', contact: 'Ada',
  image0: '', image1: '', image2: '', image3: '', image4: '',
});
const fill = (number) => {
  const deck = new Docxtemplater(new PizZip(content), { delimiters: { start: '{{', end: '}}' } });
  deck.render(values(number));
  fs.writeFileSync(path.join(folder, `${number}.pptx`), deck.getZip().generate({ type: 'nodebuffer', compression: 'DEFLATE' }));
};

fill(0);
const started = process.hrtime.bigint();
for (let number = 1; number <= Number(count); number++) fill(number);
console.log(Number(process.hrtime.bigint() - started) / 1e6);
