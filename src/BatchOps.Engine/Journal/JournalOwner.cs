using System.Collections.Concurrent;
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

    // A run of this process that could not write its end is over all the same, though the process goes on.
    private static readonly ConcurrentDictionary<string, bool> AtWorkHere = new(StringComparer.Ordinal);

    /// <summary>A run of this process begins to own batches.</summary>
    public static void NoteAtWork(string run) => AtWorkHere[run] = true;

    /// <summary>A run of this process is over.</summary>
    public static void NoteEnded(string run) => AtWorkHere.TryRemove(run, out _);

    private const string Columns = "owner, owner_host, owner_pid, owner_started_at, heartbeat_at";

    /// <summary>Takes a batch over, inside a transaction.</summary>
    /// <exception cref="JournalException">Another run is at work on it.</exception>
    public static void Take(SqliteConnection connection, string path, long batchId, string batchName, string run, DateTimeOffset now)
    {
        using (var command = connection.Command($"SELECT {Columns} FROM batches WHERE id = $id", ("$id", batchId)))
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
        using var command = connection.Command($"SELECT {Columns} FROM batches WHERE owner = $run", ("$run", run));
        using var reader = command.ExecuteReader();
        return reader.Read() && IsAlive(reader, now);
    }

    private static bool IsAlive(SqliteDataReader owner, DateTimeOffset now)
    {
        var processId = (int)owner.GetInt64(2);
        if (owner.GetString(1) == Environment.MachineName)
        {
            try
            {
                return StartOf(processId) is { } started && (started - JournalTime.Read(owner.GetString(3))).Duration() < StartTolerance
                    && (processId != Environment.ProcessId || AtWorkHere.ContainsKey(owner.GetString(0)));
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // It is there, and of another user: nothing more can be seen of it.
            }
        }

        return now - JournalTime.Read(owner.GetString(4)) < Silence;
    }

    /// <summary>When a process started; null when there is none.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It can't be looked at.</exception>
    private static DateTimeOffset? StartOf(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.HasExited || IsZombie(processId) ? null : new DateTimeOffset(process.StartTime);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether a process is dead and only its parent has not taken note, as in a container whose first process never does.</summary>
    private static bool IsZombie(int processId)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            // "pid (name) state ...", and a name may hold anything.
            var status = File.ReadAllText($"/proc/{processId}/stat");
            return status[(status.LastIndexOf(')') + 1)..].TrimStart() is ['Z' or 'X', ..];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or hidden from other users: its start time will tell.
            return false;
        }
    }
}
