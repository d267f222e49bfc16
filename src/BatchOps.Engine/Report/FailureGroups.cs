using System.Text;

namespace BatchOps.Engine;

/// <summary>Failed items, counted by what went wrong: messages that differ in numbers only are one kind.</summary>
internal sealed class FailureGroups
{
    // Messages that are all different must not fill memory.
    private const int MostGroups = 1000;

    // Longer messages differ where it does not matter.
    private const int Compared = 300;

    private readonly Dictionary<string, FailureGroup> _groups = new(StringComparer.Ordinal);
    private readonly List<JournaledItem> _first = [];

    public long Total { get; private set; }

    /// <summary>Failures of kinds beyond those that are counted apart.</summary>
    public long Others { get; private set; }

    /// <summary>The first failed items in input order.</summary>
    public IReadOnlyList<JournaledItem> First => _first;

    /// <summary>Kinds of failure, the most frequent first.</summary>
    public IReadOnlyList<FailureGroup> Groups =>
        [.. _groups.Values.OrderByDescending(static g => g.Count).ThenBy(static g => g.Example.Index)];

    public void Add(JournaledItem item)
    {
        Total++;
        if (_first.Count < RunFacts.MostFailures)
        {
            _first.Add(item with { Output = null, Input = null });
        }

        var kind = Kind(item);
        if (_groups.TryGetValue(kind, out var group))
        {
            group.Add(item);
        }
        else if (_groups.Count < MostGroups)
        {
            _groups.Add(kind, new FailureGroup(item with { Output = null, Input = null }));
        }
        else
        {
            Others++;
        }
    }

    private static string Kind(JournaledItem item)
    {
        var message = item.Error ?? item.Reason ?? string.Empty;
        var kind = new StringBuilder(item.ErrorType).Append('\n').Append(item.Status).Append('\n');
        var end = Math.Min(message.Length, Compared);
        for (var i = 0; i < end; i++)
        {
            var c = message[i];
            if (!char.IsAsciiDigit(c))
            {
                kind.Append(c);
            }
            else if (kind[^1] != '#')
            {
                kind.Append('#');
            }
        }

        return kind.ToString();
    }
}
