namespace BatchOps.Pdf.Tests.Bills;

/// <summary>Makes awkward bills by chance that can be repeated.</summary>
internal sealed class TestBills
{
    private static readonly string[] Goods =
    [
        "Paracetamol 500 mg", "Surgical gloves", "Room charges", "Nursing care", "Blood test CBC", "Steel bracket M8", "Consulting hours",
        "Freight and packing", "Printer paper A4", "X-ray chest", "Syringe 5 ml", "Bandage", "Copper pipe 15 mm", "Licence renewal",
    ];

    private readonly Random _random;
    private readonly NumberStyle _style;
    private readonly List<TestPage> _pages = [];
    private readonly List<TestItem> _items = [];
    private List<string> _lines = [];

    private TestBills(NumberStyle style, int seed)
    {
        _style = style;
        _random = new Random(seed);
    }

    private static IReadOnlyList<(string Name, Func<TestBills, TestBill> Make)> Kinds { get; } =
    [
        ("plain", static bill => bill.Plain()),
        ("carried forward", static bill => bill.CarriedForward()),
        ("discount and taxes", static bill => bill.DiscountAndTaxes()),
        ("taxes in the amounts", static bill => bill.TaxesInside()),
        ("negative rows", static bill => bill.NegativeRows()),
        ("identical rows", static bill => bill.IdenticalRows()),
        ("rounding", static bill => bill.Rounding()),
        ("payments", static bill => bill.Payments()),
        ("summary first", static bill => bill.Summary(isFirst: true)),
        ("summary last", static bill => bill.Summary(isFirst: false)),
        ("two numbered bills", static bill => bill.TwoBills(isNumbered: true)),
        ("two bills without numbers", static bill => bill.TwoBills(isNumbered: false)),
        ("wrong total", static bill => bill.WrongTotal()),
        ("no total", static bill => bill.NoTotal()),
    ];

    /// <summary>Every kind in every style.</summary>
    public static IEnumerable<TestBill> All(int seed) =>
        from style in NumberStyle.All
        from kind in Kinds
        select Make(kind.Name, style, seed);

    public static TestBill Make(string kind, NumberStyle style, int seed)
    {
        var bill = Kinds.First(known => known.Name == kind).Make(new TestBills(style, seed));
        return bill with { Name = $"{kind}, {style.Name}, {seed}" };
    }

    private TestBill Plain()
    {
        Head("INV-1001");
        var sum = Charge(8);
        Sum("Total", sum);
        return End(sum, sum);
    }

    private TestBill CarriedForward()
    {
        Head("INV-1002");
        var sum = Charge(10);
        Sum("Page total", sum);
        Sum("Carried forward", sum);
        Turn("INV-1002");
        Sum("Brought forward", sum);
        sum += Charge(10);
        Sum("Carried forward", sum);
        Turn("INV-1002");
        Sum("Brought forward", sum);
        var last = Charge(4);
        Sum("Page total", last);
        Sum("Grand Total", sum + last);
        return End(sum + last, sum + last);
    }

    private TestBill DiscountAndTaxes()
    {
        Head("INV-1003");
        var sum = Charge(6);
        Sum("Sub-total", sum);
        var discount = Cents(sum * 0.05m);
        Sum("Discount 5", _random.Next(2) == 0 ? discount : -discount);
        var tax = Cents((sum - discount) * 0.09m);
        Sum("CGST 9", tax);
        Sum("SGST 9", tax);
        Sum("Total", sum - discount + tax + tax);
        return End(sum - discount + tax + tax, sum - discount + tax + tax);
    }

    private TestBill TaxesInside()
    {
        Head("INV-1004");
        var sum = Charge(6);
        Sum("VAT included", Cents(sum * 19 / 119));
        Sum("Total", sum);
        return End(sum, sum);
    }

    private TestBill NegativeRows()
    {
        Head("INV-1005");
        var sum = Charge(5);
        foreach (var sign in new[] { "-#", "(#)", "#-", "# CR" })
        {
            var amount = -Money(50);
            Row("Return " + Name(), 1, -amount, amount, sign);
            sum += amount;
        }

        Sum("Total", sum);
        return End(sum, sum);
    }

    private TestBill IdenticalRows()
    {
        Head("INV-1006");
        var sum = Charge(2);
        var price = Money(30);
        for (var index = 0; index < 4; index++)
        {
            Row("Syringe 5 ml", 2, price, 2 * price);
        }

        sum += 8 * price;
        Sum("Total", sum);
        return End(sum, sum);
    }

    private TestBill Rounding()
    {
        Head("INV-1007");
        var sum = Charge(5);
        var rounded = Math.Round(sum, MidpointRounding.AwayFromZero);
        Sum("Round off", rounded - sum);
        Sum("Total", rounded);
        return End(rounded, rounded);
    }

    private TestBill Payments()
    {
        Head("INV-1008");
        var sum = Charge(5);
        Sum("Total", sum);
        Sum("Advance", Cents(sum / 3));
        Sum("Balance due", sum - Cents(sum / 3));
        return End(sum, sum);
    }

    private TestBill Summary(bool isFirst)
    {
        var details = new TestBills(_style, _random.Next());
        details.Head("INV-1009");
        var room = details.Charge(6);
        details.Sum("Sub-total", room);
        details.Turn("INV-1009", "PHARMACY BILL");
        var pharmacy = details.Charge(9);
        details.Sum("Sub-total", pharmacy);
        details.EndPage();

        var discount = Cents((room + pharmacy) * 0.1m);
        Head("INV-1009", "FINAL BILL");
        Row("Room and care", null, null, room);
        Row("Pharmacy", null, null, pharmacy);
        Sum("Discount", discount);
        Sum("Grand Total", room + pharmacy - discount);
        EndPage();
        _items.Clear();
        _items.AddRange(details._items);
        _pages.InsertRange(isFirst ? 1 : 0, details._pages);
        return End(room + pharmacy - discount, room + pharmacy - discount);
    }

    private TestBill TwoBills(bool isNumbered)
    {
        Head(isNumbered ? "A 17" : null);
        var first = Charge(5);
        Sum("Total", first);
        Turn(isNumbered ? "B 18" : null);
        var second = Charge(4);
        Sum("Carried forward", second);
        Turn(isNumbered ? "B 18" : null);
        Sum("Brought forward", second);
        second += Charge(3);
        Sum("Total", second);
        return End(first + second, first + second);
    }

    private TestBill WrongTotal()
    {
        Head("INV-1010");
        var sum = Charge(6);
        var printed = sum + Money(20) * (_random.Next(2) == 0 ? 1 : -1);
        Sum("Total", printed);
        return End(sum, printed);
    }

    private TestBill NoTotal()
    {
        Head("INV-1011");
        var sum = Charge(6);
        Sum("Sub-total", sum);
        return End(sum, null);
    }

    private void Head(string? number, string title = "BILL DETAIL")
    {
        _lines.Add(title);
        if (number is not null)
        {
            _lines.Add($"Bill No: {number}");
        }

        _lines.Add($"Currency: {_style.Currency}");
        _lines.Add($"{"Item",-24} | {"Quantity",10} | {"Rate",12} | {"Amount",14}");
    }

    private void Turn(string? number, string title = "BILL DETAIL")
    {
        EndPage();
        Head(number, title);
    }

    private void EndPage()
    {
        _pages.Add(new TestPage(_lines));
        _lines = [];
    }

    private TestBill End(decimal total, decimal? printed)
    {
        if (_lines.Count > 0)
        {
            EndPage();
        }

        return new TestBill("", _pages) { Items = _items, Total = total, Printed = printed };
    }

    /// <summary>Rows of goods, some large, some without quantity and rate; their sum.</summary>
    private decimal Charge(int count)
    {
        var sum = 0m;
        for (var index = 0; index < count; index++)
        {
            if (_random.Next(5) == 0)
            {
                var amount = Money(500_000);
                Row(Name(), null, null, amount);
                sum += amount;
            }
            else
            {
                var quantity = _random.Next(6) == 0 ? _random.Next(1000, 3000) : _random.Next(4) == 0 ? _random.Next(5, 100) / 4m : _random.Next(1, 20);
                var rate = Money(900);
                Row(Name(), quantity, rate, Cents(quantity * rate));
                sum += Cents(quantity * rate);
            }
        }

        return sum;
    }

    private void Row(string name, decimal? quantity, decimal? rate, decimal amount, string sign = "-#")
    {
        _items.Add(new TestItem(name, quantity, rate, amount));
        Line(name, quantity is { } pieces ? _style.Quantity(pieces) : "", rate is { } price ? _style.Amount(price) : "", _style.Amount(amount, sign));
    }

    private void Sum(string name, decimal amount) => Line(name, "", "", _style.Amount(amount));

    private void Line(string name, string quantity, string rate, string amount) => _lines.Add($"{name,-24} | {quantity,10} | {rate,12} | {amount,14}");

    private string Name() => Goods[_random.Next(Goods.Length)];

    private decimal Money(int most) => _random.Next(1, most * 100) / 100m;

    private static decimal Cents(decimal amount) => Math.Round(amount, 2, MidpointRounding.AwayFromZero);
}
