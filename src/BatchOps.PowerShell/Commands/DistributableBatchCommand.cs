using System.Management.Automation;
using System.Security;
using BatchOps.Distributed;
using BatchOps.PowerShell.Distributed;
using BatchOps.PowerShell.Operations;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Commands;

/// <summary>A batch cmdlet whose items can be run by the workers of a broker.</summary>
public abstract class DistributableBatchCommand : BatchCommand
{
    // So many wait at the broker for workers to come and take them.
    private const int ItemsAtBroker = 1000;

    private readonly CancellationTokenSource _stopping = new();

    [Parameter]
    [ValidateNotNull]
    public Uri? Broker { get; set; }

    [Parameter]
    [ValidateNotNull]
    [Credential]
    public PSCredential? Credential { get; set; }

    [Parameter]
    [ValidateNotNull]
    public SecureString? SigningKey { get; set; }

    [Parameter]
    [ValidateRange(60.0, 2_000_000.0)]
    public double ConsumerTimeoutSeconds { get; set; } = 1800;

    [Parameter]
    [ValidateRange(1.0, 2_592_000.0)]
    public double ExpireSeconds { get; set; } = 86_400;

    // Without a broker these would be promises that nobody keeps.
    private static readonly string[] BrokerParameters = [nameof(Credential), nameof(SigningKey), nameof(ConsumerTimeoutSeconds), nameof(ExpireSeconds)];

    /// <summary>What workers are told to do to each item.</summary>
    /// <exception cref="BatchArgumentException">Something that it needs can't travel; the message names it.</exception>
    private protected abstract OperationMessage ToMessage(ItemOperation operation);

    private protected override void Preset()
    {
        if (Broker is not null && !IsGiven(nameof(ThrottleLimit)))
        {
            ThrottleLimit = ItemsAtBroker;
        }
    }

    private protected override ItemOperation Place(ItemOperation operation)
    {
        if (Broker is null)
        {
            return BrokerParameters.FirstOrDefault(IsGiven) is { } orphan
                ? throw new BatchArgumentException("BrokerRequired", $"-{orphan} is given without -Broker. Name the broker, such as -Broker amqps://rabbit.example.org/batches, or leave -{orphan} out.", target: null)
                : operation;
        }

        var message = ToMessage(operation);
        Journal ??= PrivateJournal.Prepare();
        try
        {
            return Open(operation, message);
        }
        catch (Exception error) when (BrokerErrors.Of(error) is { } record)
        {
            ThrowTerminatingError(record);
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        _stopping.Cancel();
        base.StopProcessing();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _stopping.Dispose();
    }

    private RemoteOperation Open(ItemOperation operation, OperationMessage message)
    {
        var options = new SubmitterOptions
        {
            Broker = BrokerAccess.Options(Broker, Credential),
            Signer = BrokerAccess.Signer(SigningKey),
            ConsumerTimeout = TimeSpan.FromSeconds(ConsumerTimeoutSeconds),
            Expiry = TimeSpan.FromSeconds(ExpireSeconds),
        };
        if (AttemptTimeoutSeconds > options.LongestAttempt.TotalSeconds)
        {
            throw new BatchArgumentException("AttemptTimeoutTooLong", $"-AttemptTimeoutSeconds is {AttemptTimeoutSeconds:0.###}, but the broker takes an item back from its worker after {ConsumerTimeoutSeconds:0.###} s, and at most {options.LongestAttempt.TotalSeconds:0.###} s of these are the attempt's. Raise 'consumer_timeout' (milliseconds) in the broker's rabbitmq.conf and say so with -ConsumerTimeoutSeconds, or give a shorter timeout.", AttemptTimeoutSeconds);
        }

        // A block's own -RetryWhen travels with it.
        var retries = message.Name is null ? null : ToRetryRunspace();
        Func<ErrorRecord, Engine.AttemptOutcome<ItemOutput>, Engine.AttemptOutcome<ItemOutput>>? judge = retries is null ? null : retries.Ask;
        var submitter = BrokerSubmitter.OpenAsync(options, _stopping.Token).GetAwaiter().GetResult();
        return new RemoteOperation(operation, submitter, new ItemWireCodec(message, judge), retries);
    }
}
