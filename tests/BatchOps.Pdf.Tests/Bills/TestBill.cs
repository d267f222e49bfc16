using BatchOps.Pdf.Bills;

namespace BatchOps.Pdf.Tests.Bills;

/// <summary>A bill, or a file of some, whose items and totals are known.</summary>
internal sealed record TestBill(string Name, IReadOnlyList<TestPage> Pages)
{
    /// <summary>The items that count.</summary>
    public required IReadOnlyList<TestItem> Items { get; init; }

    /// <summary>What the rows come to.</summary>
    public required decimal Total { get; init; }

    /// <summary>What is printed as the total; null where nothing is.</summary>
    public required decimal? Printed { get; init; }

    public bool? Reconciled => Printed is { } printed ? printed == Total : null;
}

internal sealed record TestItem(string Name, decimal? Quantity, decimal? Rate, decimal Amount);

/// <summary>A page as its lines.</summary>
internal sealed record TestPage(IReadOnlyList<string> Lines)
{
    public string Text => string.Join('\n', Lines);

    /// <summary>Draws the page as text in a fixed pitch.</summary>
    public void Draw(PdfWriter writer)
    {
        var page = writer.AddPage();
        for (var line = 0; line < Lines.Count; line++)
        {
            page.Text(40, 60 + (line * 16), Lines[line], 10, PdfFont.Courier);
        }
    }
}
