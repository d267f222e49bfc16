using BatchOps.Emulators.Chat;
using BatchOps.Engine;
using BatchOps.Pdf.Bills;

namespace BatchOps.Pdf.Tests.Bills;

public sealed class BillEndToEndTests
{
    [Theory]
    [InlineData(ChatDialect.OpenAI)]
    [InlineData(ChatDialect.Gemini)]
    public async Task Read_TextOfEveryKindOfBill_ItemsAndTotalsAreExact(ChatDialect dialect)
    {
        using var bench = await Bench.NewAsync();
        await using var rig = await BillRig.StartAsync(new ChatEmulatorOptions { Dialect = dialect });
        var bills = TestBills.All(seed: (int)dialect + 1).ToArray();
        var writer = new PdfWriter();
        foreach (var page in bills.SelectMany(bill => bill.Pages))
        {
            page.Draw(writer);
        }

        var pages = await bench.ExtractAsync(writer, new PdfExtractOptions { Layout = true });
        Assert.All(pages, page => Assert.True(BillPageRequest.IsTextEnough(page)));
        var read = await Task.WhenAll(pages.Select(page => rig.ReadAsync(new BillPageRequest(page.PageNumber, default, page.Text))));

        var first = 0;
        foreach (var bill in bills)
        {
            Check(bill, BillReconciler.Reconcile(bill.Name, read[first..(first + bill.Pages.Count)]));
            first += bill.Pages.Count;
        }

        Assert.Equal(pages.Count, first);
    }

    [Fact]
    public async Task Read_ManySeeds_ItemsAndTotalsAreExact()
    {
        await using var rig = await BillRig.StartAsync();
        for (var seed = 100; seed < 105; seed++)
        {
            await Task.WhenAll(TestBills.All(seed).Select(async bill =>
            {
                var read = await Task.WhenAll(bill.Pages.Select((page, index) => rig.ReadAsync(new BillPageRequest(index + 1, default, page.Text))));
                Check(bill, BillReconciler.Reconcile(bill.Name, read));
            }));
        }
    }

    [Theory]
    [InlineData("discount and taxes", 0)]
    [InlineData("negative rows", 1)]
    [InlineData("summary first", 5)]
    public async Task Read_PictureAlone_ItemsAndTotalsAreExact(string kind, int style)
    {
        Assert.SkipUnless(PageReader.IsThere, "Tesseract is not installed.");
        using var bench = await Bench.NewAsync();
        bench.RequireHelvetica();
        await using var rig = await BillRig.StartAsync();
        var bill = TestBills.Make(kind, NumberStyle.All[style], seed: 5);
        var writer = new PdfWriter();
        foreach (var page in bill.Pages)
        {
            page.Draw(writer);
        }

        var pages = await bench.ExtractAsync(writer, new PdfExtractOptions { Content = PdfContent.Image, ImageDpi = 300 });
        var read = await Task.WhenAll(pages.Select(page => rig.ReadAsync(new BillPageRequest(page.PageNumber, page.Image!.Bytes, null))));

        Check(bill, BillReconciler.Reconcile(bill.Name, read));
    }

    [Fact]
    public async Task Read_ServiceWithFaults_EveryPageEndsAndWhatWasReadIsRight()
    {
        await using var rig = await BillRig.StartAsync(new ChatEmulatorOptions
        {
            Seed = 3,
            FailRate = 0.1,
            DropRate = 0.1,
            BrokenRate = 0.1,
            CutRate = 0.1,
            EndlessRate = 0.1,
            ThrottleRate = 0.05,
            ThrottleWait = TimeSpan.FromMilliseconds(20),
        });
        var bills = TestBills.All(seed: 9).Where(bill => bill.Reconciled == true).ToArray();
        var requests = bills.SelectMany(bill => bill.Pages.Select((page, index) => (Bill: bill, Page: new BillPageRequest(index + 1, default, page.Text)))).ToArray();
        var options = new BatchOptions { ThrottleLimit = 15, Ordered = true, Retry = new RetryOptions { Count = 2, Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) } };

        var read = new List<(TestBill Bill, BillPage Page, int Attempts)>();
        await foreach (var item in Batch.RunAsync<BillPageRequest, BillPage>(requests.Select(request => request.Page), async lease => await rig.Client.ReadAsync(lease.Input, lease, lease.CancellationToken), options, cancellationToken: BillRig.Token))
        {
            Assert.True(item.Status == ItemStatus.Succeeded || item.Attempts == 3, item.Error?.ToString());
            read.Add((requests[item.Index].Bill, item.Output ?? BillPage.Failed(item.Input.PageNumber, item.Error!.Message, item.Input.Usage), item.Attempts));
        }

        Assert.Equal(requests.Length, read.Count);
        Assert.Contains(read, page => page.Page.Error is not null);
        Assert.Contains(read, page => page.Page.Error is null && page.Attempts == 3);
        foreach (var bill in read.GroupBy(page => page.Bill))
        {
            var result = BillReconciler.Reconcile(bill.Key.Name, bill.Select(page => page.Page));
            if (result.PagesFailed.Count == 0)
            {
                Check(bill.Key, result);
            }
            else
            {
                Assert.True(result.Reconciled != true, $"{bill.Key.Name} lacks pages and is reconciled.");
            }
        }
    }

    private static void Check(TestBill bill, BillDocument result)
    {
        var reasons = $"{bill.Name}\n{string.Join('\n', result.Reasons)}";
        Assert.Equal(bill.Items, result.Items.Select(item => new TestItem(item.Name, item.Quantity, item.Rate, item.Amount!.Value)));
        Assert.True(bill.Total == result.ReconciledTotal, $"{bill.Total} is not {result.ReconciledTotal}: {reasons}");
        Assert.True(bill.Printed == result.PrintedTotal, $"{bill.Printed} is not {result.PrintedTotal}: {reasons}");
        Assert.True(bill.Reconciled == result.Reconciled, reasons);
        Assert.True(bill.Printed is null || bill.Total - bill.Printed == result.Difference, reasons);
    }
}
