using System.Diagnostics.CodeAnalysis;

namespace BatchOps.Distributed;

/// <summary>Remembers the last so many keys that were used, with a value for each. Safe for many threads.</summary>
internal sealed class RecentMemory<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _byUse = new();

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_nodes)
        {
            if (!_nodes.TryGetValue(key, out var node))
            {
                value = default;
                return false;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            value = node.Value.Value;
            return true;
        }
    }

    public bool Contains(TKey key) => TryGet(key, out _);

    /// <summary>Remembers a value; <paramref name="update"/> makes it from the one that is known, else from the default.</summary>
    public void Set(TKey key, Func<TValue?, TValue> update)
    {
        lock (_nodes)
        {
            var value = update(TryGet(key, out var known) ? known : default);
            if (_nodes.TryGetValue(key, out var node))
            {
                node.Value = (key, value);
                return;
            }

            if (_nodes.Count == capacity)
            {
                _nodes.Remove(_byUse.First!.Value.Key);
                _byUse.RemoveFirst();
            }

            _nodes.Add(key, _byUse.AddLast((key, value)));
        }
    }
}
