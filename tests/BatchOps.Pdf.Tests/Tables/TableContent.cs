using System.Globalization;

namespace BatchOps.Pdf.Tests.Tables;

/// <summary>Makes up what stands in tables, the same for the same seed.</summary>
internal sealed class TableContent(int seed)
{
    private static readonly string[] Nouns = ["Printer", "Cable", "Paper", "Toner", "Switch", "Router", "Monitor", "Keyboard", "Server", "License", "Adapter", "Battery", "Camera", "Rack", "Drive", "Scanner"];
    private static readonly string[] Kinds = ["black", "large", "wireless", "spare", "indoor", "basic", "annual", "double", "compact", "used", "white", "heavy duty"];
    private static readonly string[] Cities = ["Berlin", "Paris", "Oslo", "New York", "Rome", "San Jose", "Vienna", "Cape Town", "Lima", "Porto"];
    private static readonly string[] Headers = ["Region", "Status", "Owner", "Contact", "Group", "Remarks", "Place"];
    private static readonly string[] Sentences = ["The following overview lists what was ordered and delivered in the period under review.", "All amounts are given without tax unless the remark in the last column says otherwise.", "Differences of up to one cent come from rounding and are not carried forward to the next month."];

    private readonly Random _random = new(seed);

    /// <summary>Columns by letters: n name, d description, c code, k city, i whole number, a amount, b amount that may be negative, s amount with a sign, p percentage, t date.</summary>
    public string[][] Rows(string columns, int count, double empty = 0)
    {
        var rows = new List<string[]> { columns.Select(Header).ToArray() };
        for (var i = 0; i < count; i++)
        {
            rows.Add(columns.Select((kind, column) => column > 0 && _random.NextDouble() < empty ? string.Empty : Cell(kind)).ToArray());
        }

        return rows.ToArray();
    }

    public IReadOnlyList<double> Widths(string columns, double scale = 1) => columns.Select(kind => scale * kind switch
    {
        'd' => 120.0,
        'n' => 70,
        'k' => 62,
        't' => 62,
        's' or 'a' or 'b' => 58,
        'c' => 52,
        _ => 46,
    }).ToList();

    public static string Align(string columns) => string.Concat(columns.Select(kind => kind is 'i' or 'a' or 'b' or 's' or 'p' ? 'r' : 'l'));

    public int Next(int from, int to) => _random.Next(from, to);

    public double NextDouble(double from, double to) => from + (_random.NextDouble() * (to - from));

    public T Pick<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];

    /// <summary>Lines of running text.</summary>
    public double Prose(PdfWriter.Page page, double left, double baseline, int lines)
    {
        for (var i = 0; i < lines; i++)
        {
            page.Text(left, baseline, Pick(Sentences), 10);
            baseline += 13;
        }

        return baseline;
    }

    public string Cell(char kind) => kind switch
    {
        'n' => Pick(Nouns),
        'd' => string.Join(' ', Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Pick(Kinds)).Append(Pick(Nouns))),
        'k' => Pick(Cities),
        'c' => string.Create(CultureInfo.InvariantCulture, $"{(char)('A' + _random.Next(26))}{_random.Next(100, 9999)}"),
        'i' => _random.Next(1, 2000).ToString(CultureInfo.InvariantCulture),
        'a' => Amount(),
        'b' => _random.Next(3) == 0 ? $"({Amount()})" : Amount(),
        's' => "$" + Amount(),
        'p' => string.Create(CultureInfo.InvariantCulture, $"{_random.NextDouble() * 100:0.0}%"),
        't' => new DateTime(2024, 1, 1).AddDays(_random.Next(700)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private string Amount() => (_random.NextDouble() * Math.Pow(10, _random.Next(1, 5))).ToString("#,##0.00", CultureInfo.InvariantCulture);

    private string Header(char kind) => kind switch
    {
        'n' => "Item",
        'd' => "Description",
        'k' => Pick(Headers),
        'c' => "Code",
        'i' => "Qty",
        'a' => "Amount",
        'b' => "Balance",
        's' => "Price",
        'p' => "Share",
        't' => "Date",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
