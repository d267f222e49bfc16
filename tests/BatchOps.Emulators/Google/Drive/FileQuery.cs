using System.Text;

namespace BatchOps.Emulators.Google;

/// <summary>
/// The part of Drive's search language that is in use: conditions on <c>appProperties</c>, <c>trashed</c>, <c>name</c>,
/// <c>mimeType</c>, <c>createdTime</c> and <c>parents</c>, with <c>and</c> between them.
/// </summary>
internal static class FileQuery
{
    /// <exception cref="GoogleError">It cannot be read.</exception>
    public static Func<StoredFile, bool> Parse(string? query)
    {
        if (string.IsNullOrWhiteSpace(query))
        {
            return static _ => true;
        }

        var words = new Queue<string>(Split(query));
        var conditions = new List<Func<StoredFile, bool>>();
        do
        {
            conditions.Add(Condition(words));
        }
        while (words.TryDequeue(out var word) && (word == "and" ? true : throw Invalid()));

        return file => conditions.TrueForAll(condition => condition(file));
    }

    private static Func<StoredFile, bool> Condition(Queue<string> words)
    {
        var subject = Next(words);
        var relation = Next(words);
        switch (subject, relation)
        {
            case ("trashed", "="):
                var trashed = Next(words) switch { "true" => true, "false" => false, _ => throw Invalid() };
                return file => file.Trashed == trashed;
            case ("name", "="):
                var name = Text(words);
                return file => file.Name == name;
            case ("mimeType", "=" or "!="):
                var type = Text(words);
                return file => (file.MimeType == type) == (relation == "=");
            case ("createdTime", "<" or ">" or "<=" or ">="):
                var time = DateTimeOffset.TryParse(Text(words), null, System.Globalization.DateTimeStyles.AssumeUniversal, out var at) ? at : throw Invalid();
                return file => relation switch { "<" => file.Created < time, ">" => file.Created > time, "<=" => file.Created <= time, _ => file.Created >= time };
            case ("appProperties", "has"):
                Take(words, "{");
                Take(words, "key");
                Take(words, "=");
                var key = Text(words);
                Take(words, "and");
                Take(words, "value");
                Take(words, "=");
                var value = Text(words);
                Take(words, "}");
                return file => file.AppProperties.TryGetValue(key, out var found) && found == value;
            case (['\'', .. var parent], "in"):
                Take(words, "parents");
                return file => file.Parents.Contains(parent);
            default:
                throw Invalid();
        }
    }

    private static string Next(Queue<string> words) => words.TryDequeue(out var word) ? word : throw Invalid();

    /// <summary>A text in quotes; it stands in the queue with the one before it.</summary>
    private static string Text(Queue<string> words) => Next(words) is ['\'', .. var text] ? text : throw Invalid();

    private static void Take(Queue<string> words, string wanted)
    {
        if (Next(words) != wanted)
        {
            throw Invalid();
        }
    }

    private static IEnumerable<string> Split(string query)
    {
        for (var at = 0; at < query.Length;)
        {
            var start = at++;
            switch (query[start])
            {
                case ' ':
                    break;
                case '\'':
                    var text = new StringBuilder("'");
                    for (; at < query.Length && query[at] != '\''; at++)
                    {
                        at += query[at] == '\\' && at + 1 < query.Length ? 1 : 0;
                        text.Append(query[at]);
                    }

                    if (at++ >= query.Length)
                    {
                        throw Invalid();
                    }

                    yield return text.ToString();
                    break;
                case '{' or '}' or '=':
                    yield return query[start..at];
                    break;
                case '<' or '>' or '!':
                    at += at < query.Length && query[at] == '=' ? 1 : 0;
                    yield return query[start..at];
                    break;
                default:
                    while (at < query.Length && char.IsLetter(query[at]))
                    {
                        at++;
                    }

                    yield return query[start..at];
                    break;
            }
        }
    }

    private static GoogleError Invalid() => GoogleError.Invalid("Invalid Value", "invalid", "q");
}
