using System.Management.Automation;
using BatchOps.PowerShell.Operations;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Output;

/// <summary>Writes a finished item to the streams: first its records in their order, then its output or its error.</summary>
/// <param name="target">Where to: a cmdlet's pipeline or a job's collections.</param>
/// <param name="operation">Says what an item's output is.</param>
/// <param name="asResult">One result object per item instead of output and errors.</param>
/// <param name="skipCompleted">Nothing of items that had succeeded in an earlier run of the batch.</param>
internal sealed class ItemWriter(IItemStreams target, ItemOperation operation, bool asResult, bool skipCompleted)
{
    /// <summary>Writes one item. Returns its error record when it failed.</summary>
    public ErrorRecord? Write(EngineResult result)
    {
        if (skipCompleted && result.Resumed)
        {
            var others = operation.OutputOfSkipped(result);
            if (asResult && others.Count > 0)
            {
                target.WriteObject(new ItemResult(result, others, error: null, []));
            }
            else
            {
                Write(others);
            }

            return null;
        }

        // A follower's records are those of the item that ran in its place, and were written with that.
        if (!result.FromCache && result.Output is { Records.Count: > 0 } output)
        {
            foreach (var (stream, record) in output.Records)
            {
                if (stream != StreamKind.Error || !asResult)
                {
                    // The failing record of -FailOnError is reported as the item's error.
                    if (stream == StreamKind.Error && result.Error is ScriptFailureException failure && ReferenceEquals(failure.Record, record))
                    {
                        continue;
                    }

                    Tag(record, result.Index);
                    target.Write(stream, record);
                }
            }
        }

        var error = ItemErrors.Of(result);
        var objects = operation.OutputOf(result);
        if (asResult)
        {
            target.WriteObject(new ItemResult(result, objects, error, ItemErrors.AllOf(result)));
            return error;
        }

        Write(objects);
        if (error is not null)
        {
            Tag(error, result.Index);
            target.WriteItemError(error);
        }

        return error;
    }

    private void Write(IReadOnlyList<PSObject> objects)
    {
        for (var i = 0; i < objects.Count; i++)
        {
            target.WriteObject(objects[i]);
        }
    }

    /// <summary>Says on the record which item it came from.</summary>
    private static void Tag(object record, long index)
    {
        var wrapped = PSObject.AsPSObject(record);
        if (wrapped.Properties["BatchItemIndex"] is null)
        {
            wrapped.Properties.Add(new PSNoteProperty("BatchItemIndex", index));
        }
    }
}
