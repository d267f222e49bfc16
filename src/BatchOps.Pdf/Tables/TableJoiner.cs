namespace BatchOps.Pdf.Tables;

/// <summary>Joins tables that go on across pages.</summary>
internal static class TableJoiner
{
    // Points by which columns may be off; shares of the page's height below and above which a table ends and goes on.
    private const double SameColumn = 8;
    private const double EndsBelow = 0.6;
    private const double StartsAbove = 0.4;

    /// <summary>All tables in page order, joined where the last one of a page and the first one of the next are the same.</summary>
    public static IReadOnlyList<PdfTable> Join(IReadOnlyList<PdfPage> pages)
    {
        var tables = new List<PdfTable>();
        PdfPage? before = null;
        var isOpen = false;
        foreach (var page in pages)
        {
            for (var i = 0; i < page.Tables.Count; i++)
            {
                var table = page.Tables[i];
                if (i == 0 && isOpen && before is not null && page.PageNumber == before.PageNumber + 1 && GoesOn(tables[^1], before.Tables[^1], before, table, page))
                {
                    tables[^1] = Append(tables[^1], table);
                }
                else
                {
                    tables.Add(table);
                }
            }

            isOpen = page.Tables.Count > 0;
            before = page;
        }

        return tables;
    }

    private static bool GoesOn(PdfTable whole, PdfTable last, PdfPage lastPage, PdfTable next, PdfPage nextPage) =>
        whole.Kind == next.Kind
        && whole.ColumnNames.Count == next.ColumnNames.Count
        && (lastPage.Height <= 0 || last.Bottom > EndsBelow * lastPage.Height)
        && (nextPage.Height <= 0 || next.Top < StartsAbove * nextPage.Height)
        && SameColumns(last, next)
        && (next.HeaderRowCount == 0 || next.IsHeaderGuessed || RepeatedHeader(whole, next) > 0);

    // Of tables without lines, columns begin where their widest words do: that differs from page to page.
    private static bool SameColumns(PdfTable one, PdfTable other)
    {
        var tolerance = one.Kind == PdfTableKind.Ruled ? SameColumn : 4 * SameColumn;
        return one.ColumnLefts.Zip(other.ColumnLefts).All(pair => Math.Abs(pair.First - pair.Second) <= tolerance);
    }

    private static PdfTable Append(PdfTable whole, PdfTable next)
    {
        var skipped = RepeatedHeader(whole, next);
        var moved = next.Cells.Where(cell => cell.Row >= skipped).Select(cell => cell with { Row = cell.Row - skipped + whole.RowCount });
        return whole with
        {
            LastPageNumber = next.LastPageNumber,
            RowCount = whole.RowCount + next.RowCount - skipped,
            Cells = [.. whole.Cells, .. moved],
        };
    }

    // How many of the next table's first rows say what the whole one's header says.
    private static int RepeatedHeader(PdfTable whole, PdfTable next)
    {
        var header = whole.HeaderRowCount;
        return header > 0 && header <= next.RowCount && next.Rows.Take(header).Zip(whole.Rows).All(pair => pair.First.SequenceEqual(pair.Second, StringComparer.Ordinal)) ? header : 0;
    }
}
