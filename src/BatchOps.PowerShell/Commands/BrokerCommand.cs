using System.Management.Automation;
using BatchOps.PowerShell.Distributed;

namespace BatchOps.PowerShell.Commands;

/// <summary>What the cmdlets that speak to a broker do alike.</summary>
public abstract class BrokerCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    [Parameter(Position = 0)]
    [ValidateNotNull]
    public Uri? Broker { get; set; }

    [Parameter]
    [ValidateNotNull]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Canceled when the pipeline is stopped.</summary>
    private protected CancellationToken Stop => _stopping.Token;

    /// <summary>Does the work.</summary>
    private protected abstract void Process();

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            Process();
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception error) when (BrokerErrors.Of(error) is { } record)
        {
            ThrowTerminatingError(record);
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stopping.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }
}
