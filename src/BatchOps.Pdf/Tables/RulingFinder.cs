using BatchOps.Pdf.Images;

namespace BatchOps.Pdf.Tables;

/// <summary>Finds the ruling lines of a page in its image: poppler's text output has none.</summary>
internal static class RulingFinder
{
    // In pixels, at the resolution of TableFinder.Dpi: two pixels are one point.
    private const int Reach = 3;
    private const int MinContrast = 24;
    private const int MaxGap = 2;
    private const int MinLength = 16;
    private const int MinOutside = 12;
    private const int MaxThickness = 8;
    private const int MaxDashGap = 10;
    private const int MinDashes = 6;
    private const int MinDashedLength = 60;

    /// <summary>The horizontal and the vertical lines. Strokes of letters are told from lines by the words' boxes.</summary>
    /// <param name="raster">The page in shades of grey.</param>
    /// <param name="words">Its words.</param>
    /// <param name="scale">Points per pixel.</param>
    public static (List<Ruling> Horizontal, List<Ruling> Vertical) Find(GrayRaster raster, IReadOnlyList<PdfWord> words, double scale)
    {
        var boxes = words.Select(word => new Box(word.Left / scale, word.Top / scale, word.Right / scale, word.Bottom / scale)).ToList();
        var horizontal = Find(raster, boxes, scale);
        var turned = boxes.Select(box => new Box(box.Top, box.Left, box.Bottom, box.Right)).ToList();
        return (horizontal, Find(raster.Transpose(), turned, scale));
    }

    private static List<Ruling> Find(GrayRaster raster, List<Box> words, double scale)
    {
        var marks = new bool[raster.Width];
        var solid = new List<Stroke>();
        var dashed = new List<Stroke>();
        var rows = WordsByRow(words, raster.Height);
        for (var y = Reach; y < raster.Height - Reach; y++)
        {
            if (!Mark(raster, y, marks))
            {
                continue;
            }

            var inRow = rows[y];
            foreach (var (from, to) in Runs(marks, MaxGap, MinLength))
            {
                if (!IsLetter(inRow, from, to))
                {
                    Add(solid, from, to, y);
                }
            }

            foreach (var word in inRow)
            {
                marks.AsSpan(Math.Clamp((int)word.Left - 1, 0, marks.Length)..Math.Clamp((int)word.Right + 2, 0, marks.Length)).Clear();
            }

            foreach (var (from, to) in Runs(marks, MaxDashGap, MinDashedLength))
            {
                if (Dashes(marks.AsSpan(from, to - from)) >= MinDashes)
                {
                    Add(dashed, from, to, y);
                }
            }
        }

        return Join(solid.Concat(dashed).Select(stroke => stroke.ToRuling(scale)).ToList());
    }

    // Strokes of letters lie within words, though they may run on into a line that they stand on.
    private static bool IsLetter(List<Box> words, int from, int to)
    {
        var outside = to - from - words.Sum(word => Math.Max(0, Math.Min(to, word.Right + 1) - Math.Max(from, word.Left - 1)));
        return outside < Math.Max(MinOutside, (to - from) / 4);
    }

    // A pixel lies on a line when it differs from what is above and below in the same sense, on an edge when those differ.
    private static bool Mark(GrayRaster raster, int y, bool[] marks)
    {
        var above = raster.Row(y - Reach);
        var here = raster.Row(y);
        var below = raster.Row(y + Reach);
        var before = raster.Row(y - 1);
        var count = 0;
        for (var x = 0; x < marks.Length; x++)
        {
            int a = above[x], h = here[x], b = below[x];
            var isLine = Math.Min(a, b) - h >= MinContrast || h - Math.Max(a, b) >= MinContrast;
            var isEdge = Math.Abs(h - before[x]) >= MinContrast && Math.Abs(a - b) >= MinContrast;
            marks[x] = isLine || isEdge;
            count += marks[x] ? 1 : 0;
        }

        return count >= MinLength;
    }

    private static List<(int From, int To)> Runs(bool[] marks, int maxGap, int minLength)
    {
        var runs = new List<(int, int)>();
        int from = -1, last = -1;
        for (var x = 0; x <= marks.Length; x++)
        {
            if (x < marks.Length && marks[x])
            {
                from = from < 0 ? x : from;
                last = x;
            }
            else if (from >= 0 && (x == marks.Length || x - last > maxGap))
            {
                if (last + 1 - from >= minLength)
                {
                    runs.Add((from, last + 1));
                }

                from = -1;
            }
        }

        return runs;
    }

    private static int Dashes(ReadOnlySpan<bool> marks)
    {
        var dashes = 0;
        for (var x = 0; x < marks.Length; x++)
        {
            dashes += marks[x] && (x == 0 || !marks[x - 1]) ? 1 : 0;
        }

        return dashes;
    }

    // Lines are some pixels thick, and on scanned pages a little askew.
    private static void Add(List<Stroke> strokes, int from, int to, int y)
    {
        for (var i = strokes.Count - 1; i >= 0 && strokes[i].LastRow >= y - 2 - MaxThickness; i--)
        {
            if (strokes[i].LastRow >= y - 2 && y - strokes[i].FirstRow <= MaxThickness && strokes[i].From <= to + MaxGap && from <= strokes[i].To + MaxGap)
            {
                strokes[i].Add(from, to, y);
                return;
            }
        }

        strokes.Add(new Stroke(from, to, y));
    }

    // Cells that are drawn one by one leave pieces that follow each other.
    private static List<Ruling> Join(List<Ruling> pieces)
    {
        const double Near = 1.6, Gap = 3;
        var joined = new List<Ruling>();
        foreach (var piece in pieces.OrderBy(piece => piece.From))
        {
            var before = joined.FindIndex(other => Math.Abs(other.At - piece.At) <= Near && piece.From <= other.To + Gap);
            if (before < 0)
            {
                joined.Add(piece);
            }
            else
            {
                var other = joined[before];
                var at = ((other.At * other.Length) + (piece.At * piece.Length)) / Math.Max(other.Length + piece.Length, 1e-6);
                joined[before] = new Ruling(at, other.From, Math.Max(other.To, piece.To));
            }
        }

        return joined;
    }

    private static List<Box>[] WordsByRow(List<Box> words, int height)
    {
        var rows = new List<Box>[height];
        var none = new List<Box>();
        Array.Fill(rows, none);
        foreach (var word in words)
        {
            for (var y = Math.Max(0, (int)word.Top - 1); y <= Math.Min(height - 1, (int)word.Bottom + 1); y++)
            {
                rows[y] = rows[y] == none ? [word] : rows[y];
                if (rows[y][^1] != word)
                {
                    rows[y].Add(word);
                }
            }
        }

        return rows;
    }

    private sealed record Box(double Left, double Top, double Right, double Bottom);

    private sealed class Stroke(int from, int to, int y)
    {
        private double _sum = (double)y * (to - from);
        private double _weight = to - from;

        public int From { get; private set; } = from;

        public int To { get; private set; } = to;

        public int FirstRow { get; } = y;

        public int LastRow { get; private set; } = y;

        public void Add(int from, int to, int y)
        {
            From = Math.Min(From, from);
            To = Math.Max(To, to);
            LastRow = y;
            _sum += (double)y * (to - from);
            _weight += to - from;
        }

        public Ruling ToRuling(double scale) => new(((_sum / _weight) + 0.5) * scale, From * scale, To * scale);
    }
}
