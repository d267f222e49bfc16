using System.Management.Automation;
using System.Reflection;
using BatchOps.Engine;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Distributed;

/// <summary>An exception as it travels.</summary>
/// <param name="Type">The full name of its type.</param>
/// <param name="Message">What it says.</param>
internal sealed record ExceptionText(string Type, string Message)
{
    private const int MaxDepth = 8;

    // Types that scripts look for, and that are made of a message and a cause. No other is made because a message names it.
    private static readonly Dictionary<string, ConstructorInfo> Known = new[]
    {
        typeof(RuntimeException), typeof(ItemNotFoundException), typeof(System.Management.Automation.DriveNotFoundException), typeof(CommandNotFoundException),
        typeof(ParameterBindingException), typeof(MethodInvocationException), typeof(PSInvalidCastException), typeof(PSInvalidOperationException), typeof(PSArgumentException),
        typeof(Exception), typeof(InvalidOperationException), typeof(ArgumentException), typeof(NotSupportedException), typeof(FormatException), typeof(TimeoutException),
        typeof(UnauthorizedAccessException), typeof(IOException), typeof(FileNotFoundException), typeof(DirectoryNotFoundException),
        typeof(HttpRequestException), typeof(OperationCanceledException), typeof(TaskCanceledException), typeof(DivideByZeroException),
    }.ToDictionary(static type => type.FullName!, static type => type.GetConstructor([typeof(string), typeof(Exception)])!, StringComparer.Ordinal);

    /// <summary>An exception and those inside it.</summary>
    public static List<ExceptionText> Of(Exception error)
    {
        var texts = new List<ExceptionText>();
        for (var current = error; current is not null && texts.Count < MaxDepth; current = current.InnerException)
        {
            texts.Add(new ExceptionText((current as RemoteItemException)?.OriginalType ?? current.GetType().FullName!, Redactor.Redact(current.Message)));
        }

        return texts;
    }

    /// <summary>Exceptions that say the same, of the same types where those are known.</summary>
    public static Exception ToException(IReadOnlyList<ExceptionText> texts)
    {
        Exception? inner = null;
        for (var i = texts.Count - 1; i >= 0; i--)
        {
            inner = texts[i].ToException(inner);
        }

        return inner ?? new RemoteItemException("", "The worker named no error.", inner: null);
    }

    private Exception ToException(Exception? inner)
    {
        if (Type == typeof(BatchItemNeedsInputException).FullName)
        {
            return BatchItemNeedsInputException.Saying(Message);
        }

        return Known.TryGetValue(Type, out var make) ? (Exception)make.Invoke([Message, inner]) : new RemoteItemException(Type, Message, inner);
    }
}
