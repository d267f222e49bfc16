namespace BatchOps.Pdf.Tables;

/// <summary>Numbers from 0 on, united step by step.</summary>
internal sealed class DisjointSets(int count)
{
    private readonly int[] _parents = Enumerable.Range(0, count).ToArray();

    public int Find(int item)
    {
        while (_parents[item] != item)
        {
            _parents[item] = _parents[_parents[item]];
            item = _parents[item];
        }

        return item;
    }

    public void Union(int one, int other) => _parents[Find(other)] = Find(one);
}
