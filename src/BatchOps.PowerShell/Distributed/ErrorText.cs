using System.Management.Automation;
using System.Management.Automation.Language;
using BatchOps.Distributed;
using BatchOps.Engine;
using BatchOps.PowerShell.Output;

namespace BatchOps.PowerShell.Distributed;

/// <summary>An error record as it travels: what it says, where it happened, and what it came from; secrets redacted.</summary>
internal sealed record ErrorText
{
    /// <summary>The exception and those inside it, the outermost first.</summary>
    public required IReadOnlyList<ExceptionText> Exceptions { get; init; }

    /// <summary>The record's full id.</summary>
    public required string Id { get; init; }

    /// <summary>Its category.</summary>
    public required ErrorCategory Category { get; init; }

    public string? Activity { get; init; }

    public string? Reason { get; init; }

    public string? TargetName { get; init; }

    public string? TargetType { get; init; }

    /// <summary>What is shown in place of the exception's message; null for that.</summary>
    public string? Details { get; init; }

    /// <summary>The script's file; null for none.</summary>
    public string? File { get; init; }

    /// <summary>The line in it, from 1; 0 when it is unknown.</summary>
    public int Line { get; init; }

    /// <summary>The column in it, from 1.</summary>
    public int Column { get; init; }

    /// <summary>How much of the line it is about, in characters.</summary>
    public int Width { get; init; }

    /// <summary>The text of the line.</summary>
    public string? LineText { get; init; }

    /// <summary>The name of the cmdlet that it came from; null for none.</summary>
    public string? Command { get; init; }

    /// <summary>The type of that cmdlet.</summary>
    public string? CommandType { get; init; }

    /// <summary>The calls that led there.</summary>
    public string? StackTrace { get; init; }

    /// <summary>The text of a record.</summary>
    public static ErrorText Of(ErrorRecord record)
    {
        var position = record.InvocationInfo;
        var command = position?.MyCommand as CmdletInfo;
        return new ErrorText
        {
            Exceptions = ExceptionText.Of(record.Exception),
            Id = record.FullyQualifiedErrorId,
            Category = record.CategoryInfo.Category,
            Activity = record.CategoryInfo.Activity,
            Reason = record.CategoryInfo.Reason,
            TargetName = Redacted(record.CategoryInfo.TargetName),
            TargetType = record.CategoryInfo.TargetType,
            Details = Redacted(record.ErrorDetails?.Message),
            File = position?.ScriptName,
            Line = position?.ScriptLineNumber ?? 0,
            Column = position?.OffsetInLine ?? 0,
            Width = position?.PositionMessage?.Count(static c => c == '~') ?? 0,
            Command = command?.Name,
            CommandType = command?.ImplementingType.FullName,
            LineText = Redacted(position?.Line?.TrimEnd()),
            StackTrace = Redacted(record.ScriptStackTrace),
        };
    }

    /// <summary>The short form that others than PowerShell read.</summary>
    public ErrorMessage ToMessage() => new()
    {
        Type = Exceptions[0].Type,
        Message = Details ?? Exceptions[0].Message,
        Id = Id,
        Category = Category.ToString(),
        Position = Line == 0 ? null : $"{File}:{Line}",
        StackTrace = StackTrace,
    };

    /// <summary>The long form of a short one, for failures that no script made.</summary>
    public static ErrorText Of(ErrorMessage message) => new()
    {
        Exceptions = [new ExceptionText(message.Type, message.Message)],
        Id = message.Id ?? ItemErrors.Failed,
        Category = Enum.TryParse<ErrorCategory>(message.Category, out var category) ? category : ErrorCategory.NotSpecified,
        StackTrace = message.StackTrace,
    };

    /// <summary>A record that says and shows the same.</summary>
    public ErrorRecord ToRecord()
    {
        var command = CommandType is null ? null : FindCommand(Command, CommandType);
        var suffix = "," + CommandType;

        // The record adds the command's type to its id by itself.
        var id = command is not null && Id.EndsWith(suffix, StringComparison.Ordinal) ? Id[..^suffix.Length] : Id;
        var record = new ErrorRecord(ExceptionText.ToException(Exceptions), id, Category, targetObject: null);
        record.CategoryInfo.Activity = Activity;
        record.CategoryInfo.Reason = Reason;
        record.CategoryInfo.TargetName = TargetName;
        record.CategoryInfo.TargetType = TargetType;
        if (Details is not null)
        {
            record.ErrorDetails = new ErrorDetails(Details);
        }

        if (Line > 0)
        {
            var start = new ScriptPosition(File, Line, Math.Max(1, Column), LineText ?? string.Empty);
            var end = new ScriptPosition(File, Line, Math.Max(1, Column) + Width, LineText ?? string.Empty);
            RecordInternals.SetPosition(record, InvocationInfo.Create(command!, new ScriptExtent(start, end)));
        }

        if (StackTrace is not null)
        {
            RecordInternals.SetStackTrace(record, StackTrace);
        }

        return record;
    }

    /// <summary>The cmdlet as this process knows it. It is named, never run.</summary>
    private static CmdletInfo? FindCommand(string? name, string type) => AppDomain.CurrentDomain.GetAssemblies()
        .Select(assembly => assembly.GetType(type, throwOnError: false))
        .FirstOrDefault(static found => found?.IsSubclassOf(typeof(Cmdlet)) == true) is { } known ? new CmdletInfo(name, known) : null;

    private static string? Redacted(string? text) => text is null ? null : Redactor.Redact(text);
}
