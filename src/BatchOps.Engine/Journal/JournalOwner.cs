using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace BatchOps.Engine;

/// <summary>Who is at work on a batch: at most one run at any time.</summary>
/// <remarks>
/// On the same machine an owner is dead when its process is. Of another machine's nothing can be seen but its heartbeat.
/// </remarks>
internal static class JournalOwner
{
    /// <summary>An owner on another machine that was silent for so long is taken for dead.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    // The system derives a start time from its uptime, a little differently each time.
    private static readonly TimeSpan StartTolerance = TimeSpan.FromSeconds(2);

    private static readonly DateTimeOffset OwnStart = StartOf(Environment.ProcessId) ?? DateTimeOffset.UtcNow;

    /// <summary>Takes a batch over, inside a transaction.</summary>
    /// <exception cref="JournalException">Another run is at work on it.</exception>
    public static void Take(SqliteConnection connection, string path, long batchId, string batchName, string run, DateTimeOffset now)
    {
        using (var command = connection.Command("SELECT owner, owner_host, owner_pid, owner_started_at, heartbeat_at FROM batches WHERE id = $id", ("$id", batchId)))
        using (var reader = command.ExecuteReader())
        {
            if (reader.Read() && reader.Text(0) is not null && IsAlive(reader, now))
            {
                throw new JournalException(
                    JournalFault.Owned,
                    $"The batch '{batchName}' in the journal '{path}' is at work already, in process {reader.GetInt64(2)} on {reader.GetString(1)}. Wait for its end, or give this run another -Name.");
            }
        }

        connection.Execute(
            "UPDATE batches SET owner = $run, owner_host = $host, owner_pid = $pid, owner_started_at = $started, heartbeat_at = $now WHERE id = $id",
            ("$run", run),
            ("$host", Environment.MachineName),
            ("$pid", Environment.ProcessId),
            ("$started", JournalTime.Write(OwnStart)),
            ("$now", JournalTime.Write(now)),
            ("$id", batchId));
    }

    /// <summary>Whether a run is at work: it owns its batch, and its process is alive.</summary>
    public static bool IsAtWork(SqliteConnection connection, string run, DateTimeOffset now)
    {
        using var command = connection.Command("SELECT owner, owner_host, owner_pid, owner_started_at, heartbeat_at FROM batches WHERE owner = $run", ("$run", run));
        using var reader = command.ExecuteReader();
        return reader.Read() && IsAlive(reader, now);
    }

    private static bool IsAlive(SqliteDataReader owner, DateTimeOffset now)
    {
        if (owner.GetString(1) != Environment.MachineName)
        {
            return now - JournalTime.Read(owner.GetString(4)) < Silence;
        }

        return StartOf((int)owner.GetInt64(2)) is { } started && (started - JournalTime.Read(owner.GetString(3))).Duration() < StartTolerance;
    }

    /// <summary>When a process started; null when there is none.</summary>
    private static DateTimeOffset? StartOf(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.HasExited ? null : new DateTimeOffset(process.StartTime);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
