using BatchOps.Pdf.Images;
using BatchOps.Pdf.Tables;

namespace BatchOps.Pdf;

/// <summary>Collects what comes of a page's parts.</summary>
internal sealed class PageBuilder(PdfFile file, int number)
{
    private readonly List<string> _messages = [];
    private PdfPageStatus _status;

    public int Number => number;

    public PdfPageInfo Info { get; } = file.Info(number);

    public string? Text { get; set; }

    public IReadOnlyList<PdfWord> Words { get; set; } = [];

    public IReadOnlyList<PdfTable> Tables { get; set; } = [];

    public PdfImage? Image { get; set; }

    /// <summary>The page drawn small, when its text leaves open whether it wants OCR.</summary>
    public GrayRaster? Glance { get; set; }

    public PdfTextSource Source { get; set; }

    /// <summary>Time that tools worked on it so far.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>Whether something could not be made so far.</summary>
    public bool HasFailed => _status >= PdfPageStatus.Failed;

    /// <summary>Whether a tool hung on it.</summary>
    public bool HasTimedOut => _status == PdfPageStatus.TimedOut;

    /// <summary>Notes how a part came out, and gives what did.</summary>
    public T? Take<T>(PageOutput<T> output)
        where T : class
    {
        Duration += output.Duration;
        Report(output.Status, output.Messages);
        return output.Value;
    }

    public void Report(PdfPageStatus status, IReadOnlyList<string> messages)
    {
        _status = status > _status ? status : _status;
        _messages.AddRange(messages.Where(message => !_messages.Contains(message, StringComparer.Ordinal)));
    }

    public PdfPage Build(PdfContent content) => new()
    {
        Path = file.Path,
        PageNumber = number,
        PageCount = file.PageCount,
        Width = Info.Width,
        Height = Info.Height,
        Rotation = Info.Rotation,
        Text = content.HasFlag(PdfContent.Text) ? Text : null,
        Words = content.HasFlag(PdfContent.Words) ? Words : [],
        Tables = Tables,
        Image = Image,
        Source = Source,
        Status = _status,
        Messages = _messages,
        Duration = Duration,
    };
}
