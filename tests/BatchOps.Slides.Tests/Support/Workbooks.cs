using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace BatchOps.Slides.Tests;

/// <summary>Small workbooks: text goes to the shared strings, numbers into the cells.</summary>
internal static class Workbooks
{
    public static byte[] Make(params object[][] rows)
    {
        using var file = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(file, SpreadsheetDocumentType.Workbook))
        {
            var book = document.AddWorkbookPart();
            var sheet = book.AddNewPart<WorksheetPart>("rId1");
            var strings = book.AddNewPart<SharedStringTablePart>("rId2");
            strings.SharedStringTable = new SharedStringTable();
            var data = new SheetData();
            for (var row = 0; row < rows.Length; row++)
            {
                var line = new Row { RowIndex = (uint)row + 1 };
                for (var column = 0; column < rows[row].Length; column++)
                {
                    var cell = new Cell { CellReference = $"{(char)('A' + column)}{row + 1}" };
                    if (rows[row][column] is string text)
                    {
                        cell.DataType = CellValues.SharedString;
                        cell.CellValue = new CellValue(strings.SharedStringTable.ChildElements.Count);
                        strings.SharedStringTable.AppendChild(new SharedStringItem(new Text(text)));
                    }
                    else
                    {
                        cell.CellValue = new CellValue(Convert.ToString(rows[row][column], System.Globalization.CultureInfo.InvariantCulture)!);
                    }

                    line.AppendChild(cell);
                }

                data.AppendChild(line);
            }

            sheet.Worksheet = new Worksheet(data);
            book.Workbook = new Workbook(new Sheets(new Sheet { Id = "rId1", SheetId = 1, Name = "Sheet1" }));
        }

        return file.ToArray();
    }

    /// <summary>The rows as text; numbers in brackets.</summary>
    public static List<string> Read(byte[] file)
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        var book = document.WorkbookPart!;
        var strings = book.SharedStringTablePart!.SharedStringTable!.Elements<SharedStringItem>().Select(item => item.InnerText).ToList();
        return book.WorksheetParts.Single().Worksheet!.Descendants<Row>()
            .Select(row => string.Join(' ', row.Elements<Cell>().Select(cell => cell.DataType?.Value == CellValues.SharedString ? strings[int.Parse(cell.InnerText, System.Globalization.CultureInfo.InvariantCulture)] : $"[{cell.CellValue?.Text}]")))
            .ToList();
    }
}
