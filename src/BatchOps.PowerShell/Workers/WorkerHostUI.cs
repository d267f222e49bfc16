using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace BatchOps.PowerShell.Workers;

/// <summary>Turns what an item writes straight to the host (<c>Out-Host</c>, "What if:" lines, <c>$Host.UI</c>) into Information records.</summary>
/// <param name="write">Takes each line.</param>
internal sealed class WorkerHostUI(Action<InformationRecord> write) : PSHostUserInterface
{
    private readonly StringBuilder _line = new();
    private string? _echo;

    public override PSHostRawUserInterface? RawUI => null;

    /// <summary>The engine writes an Information record to its stream and then, for some, to the host: that second one is not another record.</summary>
    public void ExpectEcho(InformationRecord record) => _echo = record.MessageData is HostInformationMessage message ? message.Message : record.MessageData?.ToString();

    /// <summary>Hands out a line that has no end yet; at an item's end.</summary>
    public void Flush()
    {
        _echo = null;
        if (_line.Length > 0)
        {
            EndLine();
        }
    }

    public override void Write(string value)
    {
        if (!IsEcho(value))
        {
            _line.Append(value);
        }
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value)
    {
        if (!IsEcho(value))
        {
            _line.Append(value);
            EndLine();
        }
    }

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => WriteLine(value);

    public override void WriteErrorLine(string value) => WriteLine(value);

    // These reach us as records of the pipeline as well.
    public override void WriteDebugLine(string message)
    {
    }

    public override void WriteVerboseLine(string message)
    {
    }

    public override void WriteWarningLine(string message)
    {
    }

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
    }

    public override void WriteInformation(InformationRecord record)
    {
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw new BatchItemNeedsInputException(Describe("input", descriptions.FirstOrDefault()?.Name ?? caption));

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        throw new BatchItemNeedsInputException(Describe("a choice", message));

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw new BatchItemNeedsInputException(Describe("a credential", userName));

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw new BatchItemNeedsInputException(Describe("a credential", userName));

    public override string ReadLine() => throw new BatchItemNeedsInputException("a line of input");

    public override SecureString ReadLineAsSecureString() => throw new BatchItemNeedsInputException("a secret");

    private static string Describe(string what, string? name) => string.IsNullOrEmpty(name) ? what : $"{what} ('{name}')";

    private bool IsEcho(string value)
    {
        var echo = _echo;
        _echo = null;
        return echo is not null && string.Equals(echo, value, StringComparison.Ordinal);
    }

    private void EndLine()
    {
        var message = new HostInformationMessage { Message = _line.ToString() };
        _line.Clear();
        var record = new InformationRecord(message, "BatchOps");
        record.Tags.Add("PSHOST");
        write(record);
    }
}
