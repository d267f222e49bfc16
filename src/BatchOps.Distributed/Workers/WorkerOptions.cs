using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>What a worker is told. Validated once, with all errors in one message.</summary>
public sealed record WorkerOptions
{
    /// <summary>The broker whose work it does.</summary>
    public required BrokerOptions Broker { get; init; }

    /// <summary>The key that submitters sign work with, and the worker its results.</summary>
    public required MessageSigner Signer { get; init; }

    /// <summary>What people call the worker.</summary>
    /// <value>1 to 100 characters; default null: machine and process.</value>
    public string? Name { get; init; }

    /// <summary>Most attempts at work at once.</summary>
    /// <value>1 to 1000; default: the number of processors.</value>
    public int ThrottleLimit { get; init; } = Math.Min(Environment.ProcessorCount, 1000);

    /// <summary>Items that are taken ahead of a free place, so that a place need not wait for the way to the broker and back.</summary>
    /// <value>
    /// 0 to 1000; default null: as many as find a place within 0.1 s by how long the last items took, none for long ones, and what
    /// waits for 2 s all the same goes back. What is taken ahead waits where others might have begun it, and goes back to the
    /// broker, which counts that, when the worker dies.
    /// </value>
    public int? ReadAhead { get; init; }

    /// <summary>How long what is at work may go on after the worker was told to end.</summary>
    /// <value>0 to 1 day; default 30 s.</value>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an attempt is at work before its start is announced: what ends sooner costs one message instead of two.</summary>
    /// <value>0 to 1 minute; default 250 ms.</value>
    public TimeSpan StartDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an attempt may go on after it was told to stop. After that its outcome is reported without it.</summary>
    /// <value>0 to 1 minute; default 1.5 s.</value>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>How often the worker looks whether it serves more than its share of the serialised items.</summary>
    /// <value>100 ms to 1 hour; default 5 s.</value>
    public TimeSpan BalanceInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>An item that was started so often and never ended runs alone.</summary>
    /// <value>1 or more; default 2.</value>
    public int StartsBeforeIsolation { get; init; } = 2;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told what is worth telling, on threads of the worker, one at a time for each attempt; must not block for long.</summary>
    public Action<WorkerNotice>? OnNotice { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="BatchOptionsException">At least one option cannot work; the message names them all.</exception>
    internal void Validate()
    {
        var errors = new List<string>();
        if (Name is { Length: 0 or > 100 })
        {
            errors.Add($"Name has {Name.Length} characters; it must have 1 to 100, or be left out.");
        }

        if (ThrottleLimit is < 1 or > 1000)
        {
            errors.Add($"ThrottleLimit is {ThrottleLimit}; it must be from 1 to 1000.");
        }

        if (ReadAhead is < 0 or > 1000)
        {
            errors.Add($"ReadAhead is {ReadAhead}; it must be from 0 to 1000.");
        }

        if (StartsBeforeIsolation < 1)
        {
            errors.Add($"StartsBeforeIsolation is {StartsBeforeIsolation}; it must be 1 or more.");
        }

        Require(DrainTimeout, nameof(DrainTimeout), TimeSpan.Zero, TimeSpan.FromDays(1));
        Require(StartDelay, nameof(StartDelay), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Require(GracePeriod, nameof(GracePeriod), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Require(BalanceInterval, nameof(BalanceInterval), TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        try
        {
            Broker.Validate();
        }
        catch (BatchOptionsException broker)
        {
            errors.AddRange(broker.Errors);
        }

        if (errors.Count > 0)
        {
            throw new BatchOptionsException(errors);
        }

        void Require(TimeSpan value, string name, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                errors.Add($"{name} is {value}; it must be from {least} to {most}.");
            }
        }
    }
}
