BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1" -Force
    $ErrorActionPreference = 'Continue'
    $WarningPreference = 'Continue'

    $journal = "$TestDrive/run.db"
    $out = "$TestDrive/out.db"

    # The module's own SQLite reads the file back: it lives in a context of its own.
    function Get-Row([string] $Database, [string] $Sql) {
        $assembly = [AppDomain]::CurrentDomain.GetAssemblies().Where{ $_.GetName().Name -eq 'Microsoft.Data.Sqlite' }[0]
        $connection = $assembly.GetType('Microsoft.Data.Sqlite.SqliteConnection')::new("Data Source=$Database;Pooling=False")
        try {
            $connection.Open()
            $command = $connection.CreateCommand()
            $command.CommandText = $Sql
            $reader = $command.ExecuteReader()
            while ($reader.Read()) {
                $row = [ordered]@{}
                for ($i = 0; $i -lt $reader.FieldCount; $i++) { $row[$reader.GetName($i) ? $reader.GetName($i) : '(none)'] = $reader.IsDBNull($i) ? $null : $reader.GetValue($i) }
                [pscustomobject]$row
            }
        }
        finally { $connection.Dispose() }
    }

    function Get-Column([string] $Database, [string] $Table) { (Get-Row $Database "SELECT name FROM pragma_table_info('$Table')").name }

    function Get-Left { Get-ChildItem $TestDrive -Force | Where-Object Name -like '.*' }
}

Describe 'Export-BatchResult to a table' {
    AfterEach { Remove-Item "$TestDrive/*" -Force }

    It 'writes a row for each result in input order, with the place and the identity of its item' {
        1..20 | Invoke-ConcurrentBatch { [pscustomobject]@{ Front = "q$_"; Number = $_; Key = $BatchItem.IdempotencyKey } } -Journal $journal -Name cards | Out-Null
        Export-BatchResult $journal -Table flashcards -Database $out

        $rows = @(Get-Row $out 'SELECT * FROM flashcards ORDER BY rowid')
        $rows.Front | Should -Be (1..20 | ForEach-Object { "q$_" })
        $rows.batch_index | Should -Be (0..19)
        $rows.batch_ordinal | Sort-Object -Unique | Should -Be 0
        $rows.batch_identity | Should -Be $rows.Key
    }

    It 'gives every value the type that SQLite has for it: <Name>' -ForEach @(
        @{ Name = 'int'; Value = { 5 }; Type = 'integer'; Stored = 5 }
        @{ Name = 'long'; Value = { [long]::MaxValue }; Type = 'integer'; Stored = [long]::MaxValue }
        @{ Name = 'ulong'; Value = { [ulong]::MaxValue }; Type = 'text'; Stored = '18446744073709551615' }
        @{ Name = 'double'; Value = { 0.25 }; Type = 'real'; Stored = 0.25 }
        @{ Name = 'float'; Value = { [float]0.1 }; Type = 'real'; Stored = 0.1 }
        @{ Name = 'NaN'; Value = { [double]::NaN }; Type = 'null'; Stored = $null }
        @{ Name = 'decimal'; Value = { 19.99d }; Type = 'real'; Stored = 19.99 }
        @{ Name = 'long decimal'; Value = { 0.1234567890123456789d }; Type = 'text'; Stored = '0.1234567890123456789' }
        @{ Name = 'bool'; Value = { $true }; Type = 'integer'; Stored = 1 }
        @{ Name = 'text'; Value = { '5' }; Type = 'text'; Stored = '5' }
        @{ Name = 'null'; Value = { $null }; Type = 'null'; Stored = $null }
        @{ Name = 'UTC time'; Value = { [datetime]::new(2026, 1, 2, 3, 4, 5, [DateTimeKind]::Utc) }; Type = 'text'; Stored = '2026-01-02T03:04:05Z' }
        @{ Name = 'time'; Value = { [datetime]::new(2026, 1, 2, 3, 4, 5) }; Type = 'text'; Stored = '2026-01-02T03:04:05' }
        @{ Name = 'time with offset'; Value = { [datetimeoffset]::new(2026, 1, 2, 3, 4, 5, [timespan]::FromHours(2)) }; Type = 'text'; Stored = '2026-01-02T03:04:05+02:00' }
        @{ Name = 'span'; Value = { [timespan]::FromMinutes(90) }; Type = 'text'; Stored = '01:30:00' }
        @{ Name = 'enum'; Value = { [DayOfWeek]::Friday }; Type = 'text'; Stored = 'Friday' }
        @{ Name = 'guid'; Value = { [guid]'b0cb43f5-2c0b-4ef1-a8fa-26a997d7771c' }; Type = 'text'; Stored = 'b0cb43f5-2c0b-4ef1-a8fa-26a997d7771c' }
        @{ Name = 'bytes'; Value = { , [byte[]](0, 255) }; Type = 'blob'; Stored = [byte[]](0, 255) }
        @{ Name = 'array'; Value = { , (1, 'a', $null) }; Type = 'text'; Stored = '[1,"a",null]' }
        @{ Name = 'object'; Value = { [pscustomobject]@{ a = 1; b = @{ c = $true } } }; Type = 'text'; Stored = '{"a":1,"b":{"c":true}}' }
    ) {
        $text = "$Value"
        1 | Invoke-ConcurrentBatch { [pscustomobject]@{ It = & ([scriptblock]::Create($using:text)) } } -Journal $journal | Out-Null
        Export-BatchResult $journal -Table t -Database $out
        $row = Get-Row $out 'SELECT It, typeof(It) AS type FROM t'
        $row.type | Should -Be $Type
        $row.It | Should -Be $Stored
    }

    It 'writes values by themselves to one column, and dictionaries to a column for each key' {
        'a', 2 | Invoke-ConcurrentBatch { $_ } -Journal $journal -Name values | Out-Null
        1 | Invoke-ConcurrentBatch { [ordered]@{ x = 1; y = 'b' } } -Journal $journal -Name tables | Out-Null
        Export-BatchResult $journal -Name values -Table v -Database $out
        Export-BatchResult $journal -Name tables -Table t -Database $out
        (Get-Row $out 'SELECT value FROM v ORDER BY batch_index').value | Should -Be 'a', 2
        Get-Column $out t | Should -Be 'batch_identity', 'batch_index', 'batch_ordinal', 'x', 'y'
    }

    It 'has the properties of all results as columns' {
        1..3 | Invoke-ConcurrentBatch { if ($_ -eq 2) { [pscustomobject]@{ A = $_; B = 'b' } } else { [pscustomobject]@{ a = $_ } } } -Journal $journal | Out-Null
        Export-BatchResult $journal -Table t -Database $out
        $rows = @(Get-Row $out 'SELECT * FROM t ORDER BY batch_index')
        $rows.a | Should -Be 1, 2, 3
        $rows[0].B, $rows[1].B, $rows[2].B | Should -Be $null, 'b', $null
    }

    It 'doubles nothing when it is repeated' {
        1..5 | Invoke-ConcurrentBatch { $_, ($_ * 10) } -Journal $journal | Out-Null
        Export-BatchResult $journal -Table t -Database $out
        $before = Get-Row $out 'SELECT * FROM t ORDER BY batch_index, batch_ordinal' | ConvertTo-Json
        $done = Export-BatchResult $journal -Table t -Database $out -PassThru
        Get-Row $out 'SELECT * FROM t ORDER BY batch_index, batch_ordinal' | ConvertTo-Json | Should -Be $before
        $done.Items, $done.Rows, $done.Removed, $done.Table | Should -Be 5, 10, 0, 't'
    }

    It 'has the results of all runs after a resume, each once' {
        $batch = @{ Journal = $journal; Name = 'b'; OperationVersion = '1' }
        1..6 | Invoke-ConcurrentBatch { if ($_ % 2) { throw 'odd' } else { $_ } } @batch -ErrorAction Ignore | Out-Null
        Export-BatchResult $journal -Table t -Database $out
        (Get-Row $out 'SELECT value FROM t').value | Should -Be 2, 4, 6

        1..6 | Invoke-ConcurrentBatch { $_ } @batch -Resume | Out-Null
        Export-BatchResult $journal -Table t -Database $out
        (Get-Row $out 'SELECT value FROM t ORDER BY batch_index').value | Should -Be (1..6)
    }

    It 'has what -SkipCompleted did not emit again' {
        $batch = @{ Journal = $journal; Name = 'b'; OperationVersion = '1' }
        1..4 | Invoke-ConcurrentBatch { if ($_ -eq 3) { throw 'no' } else { $_ } } @batch -ErrorAction Ignore | Out-Null
        1..4 | Invoke-ConcurrentBatch { $_ } @batch -Resume -SkipCompleted | Should -Be 3
        1..4 | Invoke-ConcurrentBatch { $_ } @batch -Resume -SkipCompleted | Should -BeNullOrEmpty
        Export-BatchResult $journal -Table t -Database $out -WarningVariable warned
        (Get-Row $out 'SELECT value FROM t ORDER BY batch_index').value | Should -Be (1..4)
        $warned | Should -BeNullOrEmpty
        (Get-BatchItem $journal).Output | Should -Be (1..4)
    }

    It 'removes what an item no longer yields' {
        $script:count = 3
        'a', 'b' | Invoke-ConcurrentBatch { 1..$using:count } -Journal $journal -Name b | Out-Null
        Export-BatchResult $journal -Table t -Database $out
        $script:count = 1
        'a', 'b' | Invoke-ConcurrentBatch { 1..$using:count } -Journal $journal -Name b | Out-Null
        (Export-BatchResult $journal -Table t -Database $out -PassThru).Removed | Should -Be 4
        (Get-Row $out 'SELECT value FROM t').value | Should -Be 1, 1
        'a', 'b' | Invoke-ConcurrentBatch { } -Journal $journal -Name b
        Export-BatchResult $journal -Table t -Database $out
        (Get-Row $out 'SELECT count(*) AS n FROM t').n | Should -Be 0
    }

    It 'adds columns to its table, and leaves nothing of an earlier result in a row' {
        1..3 | Invoke-ConcurrentBatch { [pscustomobject]@{ A = $_; Old = 'old' } } -Journal $journal -Name b | Out-Null
        Export-BatchResult $journal -Table t -Database $out
        Get-Row $out 'ALTER TABLE t ADD COLUMN reviewed'
        Get-Row $out "UPDATE t SET reviewed = 'yes'"
        1..3 | Invoke-ConcurrentBatch { if ($_ -lt 3) { [pscustomobject]@{ A = -$_; New = $_ } } else { [pscustomobject]@{ A = -$_; Old = 'still' } } } -Journal $journal -Name b | Out-Null
        Export-BatchResult $journal -Table t -Database $out

        $rows = @(Get-Row $out 'SELECT * FROM t ORDER BY batch_index')
        $rows.A | Should -Be -1, -2, -3
        $rows[0].Old, $rows[1].Old, $rows[2].Old | Should -Be $null, $null, 'still'
        $rows[0].New, $rows[1].New, $rows[2].New | Should -Be 1, 2, $null
        $rows.reviewed | Should -Be 'yes', 'yes', 'yes' -Because 'columns of others are left alone'
    }

    It 'keeps the batches of one table apart' {
        1..2 | Invoke-ConcurrentBatch { "one $_" } -Journal $journal -Name one | Out-Null
        1..2 | Invoke-ConcurrentBatch { "two $_" } -Journal $journal -Name two | Out-Null
        Get-BatchRun $journal | Export-BatchResult -Table t -Database $out
        (Get-Row $out 'SELECT value FROM t ORDER BY value').value | Should -Be 'one 1', 'one 2', 'two 1', 'two 2'
    }

    It 'takes any name for the table and its columns' {
        $table = 'we"ird]; DROP TABLE x; -- ''ü'
        1 | Invoke-ConcurrentBatch {
            $names = [ordered]@{}
            foreach ($name in 'a"b', "a'b", '[c]', 'select', '', 'x y', 'batch_index', 'é', '$v0') { $names[$name] = "<$name>" }
            $names
        } -Journal $journal | Out-Null
        Export-BatchResult $journal -Table $table -Database $out
        Export-BatchResult $journal -Table $table.ToUpper() -Database $out
        $quoted = $table.Replace('"', '""')
        $row = Get-Row $out "SELECT * FROM `"$quoted`""
        $row.'a"b', $row.'a''b', $row.'[c]', $row.select, $row.'x y', $row.'é', $row.'$v0', $row.'(none)' | Should -Be '<a"b>', '<a''b>', '<[c]>', '<select>', '<x y>', '<é>', '<$v0>', '<>'
        $row.batch_index | Should -Be 0
        $row.batch_index_ | Should -Be '<batch_index>' -Because 'the column of that name is the table''s own'
    }

    It 'refuses a table that is something else, and leaves it as it is: <Sql>' -ForEach @(
        @{ Sql = 'CREATE TABLE t (id INTEGER PRIMARY KEY, value)' }
        @{ Sql = 'CREATE TABLE t (batch_identity, batch_index, batch_ordinal)' }
        @{ Sql = 'CREATE VIEW t AS SELECT 1 AS batch_identity, 2 AS batch_index, 3 AS batch_ordinal' }
    ) {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        Get-Row $out $Sql
        { Export-BatchResult $journal -Table T -Database $out } | Should -Throw -ErrorId 'ExportForeign*' -ExpectedMessage "*'T'*not made by an export*"
        (Get-Row $out 'SELECT sql FROM sqlite_schema').sql | Should -Be $Sql
    }

    It 'undoes everything when a row can not be written' {
        1..3 | Invoke-ConcurrentBatch { [pscustomobject]@{ A = $_ -eq 3 ? $null : $_ } } -Journal $journal | Out-Null
        Get-Row $out 'CREATE TABLE t (batch_identity TEXT, batch_index, batch_ordinal, A NOT NULL, PRIMARY KEY (batch_identity, batch_ordinal))'
        { Export-BatchResult $journal -Table t -Database $out } | Should -Throw -ErrorId 'ExportForeign*' -ExpectedMessage '*NOT NULL*'
        (Get-Row $out 'SELECT count(*) AS n FROM t').n | Should -Be 0
    }

    It 'leaves no new file behind when it fails' {
        1 | Invoke-ConcurrentBatch { $names = @{}; 1..2100 | ForEach-Object { $names["c$_"] = $_ }; $names } -Journal $journal | Out-Null
        { Export-BatchResult $journal -Table t -Database $out } | Should -Throw -ErrorId 'ExportForeign*' -ExpectedMessage '*too many columns*'
        $out | Should -Not -Exist
        "$out-journal" | Should -Not -Exist
    }

    It 'makes a file that its owner alone can read' -Skip:$IsWindows {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        Export-BatchResult $journal -Table t -Database $out
        [System.IO.File]::GetUnixFileMode($out) | Should -Be ([System.IO.UnixFileMode]'UserRead, UserWrite')
    }

    It 'leaves the other tables of a file alone' {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        Get-Row $out 'CREATE TABLE other AS SELECT 7 AS n'
        Export-BatchResult $journal -Table t -Database $out
        (Get-Row $out 'SELECT n FROM other').n | Should -Be 7
    }

    It 'refuses a journal, under whatever name' {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        { Export-BatchResult $journal -Table t -Database $journal } | Should -Throw -ErrorId 'ExportForeign*' -ExpectedMessage '*is a journal*'
        $null = New-Item -ItemType HardLink "$TestDrive/link.db" -Value $journal
        { Export-BatchResult $journal -Table t -Database "$TestDrive/link.db" } | Should -Throw -ErrorId 'ExportForeign*'
        (Get-Row $journal "SELECT count(*) AS n FROM sqlite_schema WHERE name = 't'").n | Should -Be 0
    }

    It 'refuses what is no database, a missing folder and a reserved name' {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        Set-Content "$TestDrive/text.db" ('no database ' * 100)
        { Export-BatchResult $journal -Table t -Database "$TestDrive/text.db" } | Should -Throw -ErrorId 'ExportForeign*' -ExpectedMessage '*not a SQLite file*'
        { Export-BatchResult $journal -Table t -Database "$TestDrive/no/out.db" } | Should -Throw -ErrorId 'ExportInaccessible*' -ExpectedMessage '*no folder*'
        { Export-BatchResult $journal -Table sqlite_t -Database $out } | Should -Throw -ErrorId 'ExportForeign*' -ExpectedMessage '*sqlite_*'
        $out | Should -Not -Exist
    }

    It 'does nothing with -WhatIf' {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        Export-BatchResult $journal -Table t -Database $out -WhatIf -PassThru | Should -BeNullOrEmpty
        $out | Should -Not -Exist
    }
}

Describe 'Export-BatchResult to a file' {
    AfterEach { Remove-Item "$TestDrive/*" -Force }

    It 'writes JSON lines in input order, which PowerShell reads back: <_>' -ForEach 'jsonl', 'ndjson' {
        1..50 | Invoke-ConcurrentBatch { [pscustomobject]@{ N = $_; Text = "a`n""ü$([char]0xd83d)$([char]0xde00)\"; Nested = @{ List = 1, 2 }; Day = [DayOfWeek]::Friday } } -Journal $journal | Out-Null
        Export-BatchResult $journal -Path "$TestDrive/x.$_"
        $read = @(Get-Content "$TestDrive/x.$_" | ForEach-Object { $_ | ConvertFrom-Json })
        $read.N | Should -Be (1..50)
        $read[0].Text | Should -BeExactly "a`n""ü$([char]0xd83d)$([char]0xde00)\"
        $read[0].Nested.List | Should -Be 1, 2
        $read[0].Day | Should -Be 'Friday'
    }

    It 'writes one JSON array' {
        1..3 | Invoke-ConcurrentBatch { if ($_ -ne 2) { $_ } else { 'b', $null } } -Journal $journal | Out-Null
        Export-BatchResult $journal -Path "$TestDrive/x.json"
        (Get-Content -Raw "$TestDrive/x.json").Replace("`n", '') | Should -BeExactly '[1,"b",null,3]'
    }

    It 'writes no result as nothing, an empty array, and an empty file' {
        1 | Invoke-ConcurrentBatch { } -Journal $journal
        foreach ($end in 'jsonl', 'json', 'csv') { Export-BatchResult $journal -Path "$TestDrive/x.$end" }
        (Get-Item "$TestDrive/x.jsonl").Length | Should -Be 0
        @(Get-Content -Raw "$TestDrive/x.json" | ConvertFrom-Json).Count | Should -Be 0
        (Get-Item "$TestDrive/x.csv").Length | Should -Be 0
    }

    It 'writes CSV with the columns of all results, as Import-Csv reads it' {
        1..4 | Invoke-ConcurrentBatch {
            switch ($_) {
                1 { [pscustomobject]@{ A = 1.5; '#B,"' = "two`nlines" } }
                2 { [pscustomobject]@{ A = 'a "b", c'; C = $true } }
                3 { 'alone' }
                4 { [pscustomobject]@{ C = '' } }
            }
        } -Journal $journal | Out-Null
        Export-BatchResult $journal -Path "$TestDrive/x.csv"
        $rows = @(Import-Csv "$TestDrive/x.csv")
        $rows | Should -HaveCount 4
        $rows[0].psobject.Properties.Name | Should -Be 'A', '#B,"', 'C', 'value'
        $rows.A | Should -Be '1.5', 'a "b", c', '', ''
        $rows[0].'#B,"' | Should -Be "two`nlines"
        $rows[1].C | Should -Be 'True'
        $rows[2].value | Should -Be 'alone'
        @(Get-Content "$TestDrive/x.csv")[0] | Should -Be 'A,"#B,""",C,value'
    }

    It 'writes a CSV row for a result that is nothing' {
        1..2 | Invoke-ConcurrentBatch { [pscustomobject]@{ A = $null } } -Journal $journal | Out-Null
        Export-BatchResult $journal -Path "$TestDrive/x.csv"
        @(Get-Content "$TestDrive/x.csv") | Should -Be 'A', '""', '""' -Because 'an empty line is no row to many readers'
    }

    It 'writes numbers and times alike in every culture' {
        1 | Invoke-ConcurrentBatch { [pscustomobject]@{ A = 1234.5; B = [datetime]::new(2026, 1, 2) } } -Journal $journal | Out-Null
        $culture = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            Export-BatchResult $journal -Path "$TestDrive/x.csv"
        }
        finally { [cultureinfo]::CurrentCulture = $culture }
        @(Get-Content "$TestDrive/x.csv")[1] | Should -Be '1234.5,2026-01-02T00:00:00'
    }

    It 'replaces a file only with -Force, and leaves nothing else behind' {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        Set-Content "$TestDrive/x.json" 'mine'
        { Export-BatchResult $journal -Path "$TestDrive/x.json" } | Should -Throw -ErrorId 'ExportExists*' -ExpectedMessage '*-Force*'
        Get-Content "$TestDrive/x.json" | Should -Be 'mine'
        (Export-BatchResult $journal -Path "$TestDrive/x.json" -Force -PassThru).FullName | Should -Be (Get-Item "$TestDrive/x.json").FullName
        Get-Content -Raw "$TestDrive/x.json" | ConvertFrom-Json | Should -Be 1
        Get-Left | Should -BeNullOrEmpty
    }

    It 'leaves what was there when it is stopped halfway' {
        1..2000 | Invoke-ConcurrentBatch { $_ } -Journal $journal -ThrottleLimit 2 | Out-Null
        Set-Content "$TestDrive/x.json" 'mine'
        Get-Row $journal "UPDATE items SET started_at = NULL, queued_at = 'no time' WHERE idx = 1999"
        { Export-BatchResult $journal -Path "$TestDrive/x.json" -Force -ErrorAction Stop } | Should -Throw
        Get-Content "$TestDrive/x.json" | Should -Be 'mine'
        Get-Left | Should -BeNullOrEmpty
    }

    It 'gives a new file to its owner alone, and keeps the mode of one that it replaces' -Skip:$IsWindows {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        Export-BatchResult $journal -Path "$TestDrive/x.json"
        [System.IO.File]::GetUnixFileMode("$TestDrive/x.json") | Should -Be ([System.IO.UnixFileMode]'UserRead, UserWrite')
        [System.IO.File]::SetUnixFileMode("$TestDrive/x.json", 'UserRead, UserWrite, GroupRead')
        Export-BatchResult $journal -Path "$TestDrive/x.json" -Force
        [System.IO.File]::GetUnixFileMode("$TestDrive/x.json") | Should -Be ([System.IO.UnixFileMode]'UserRead, UserWrite, GroupRead')
    }

    It 'writes through a link' -Skip:$IsWindows {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        Set-Content "$TestDrive/real.json" 'old'
        $null = New-Item -ItemType SymbolicLink "$TestDrive/x.json" -Value "$TestDrive/real.json"
        Export-BatchResult $journal -Path "$TestDrive/x.json" -Force
        (Get-Item "$TestDrive/x.json").LinkType | Should -Be 'SymbolicLink'
        Get-Content -Raw "$TestDrive/real.json" | ConvertFrom-Json | Should -Be 1
    }

    It 'takes the format from the ending or from -Format' {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        { Export-BatchResult $journal -Path "$TestDrive/x.txt" } | Should -Throw -ErrorId 'ExportFormatUnknown*' -ExpectedMessage "*.jsonl*-Format*"
        Export-BatchResult $journal -Path "$TestDrive/x.txt" -Format Csv
        @(Get-Content "$TestDrive/x.txt") | Should -Be 'value', '1'
    }

    It 'refuses a journal even with -Force, a folder, and a missing folder' {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        { Export-BatchResult $journal -Path $journal -Format Csv -Force } | Should -Throw -ErrorId 'ExportForeign*' -ExpectedMessage '*journal*'
        { Export-BatchResult $journal -Path "$TestDrive" -Format Csv -Force } | Should -Throw -ErrorId 'ExportInaccessible*'
        { Export-BatchResult $journal -Path "$TestDrive/no/x.csv" } | Should -Throw -ErrorId 'ExportInaccessible*' -ExpectedMessage '*no folder*'
        @(Get-BatchItem $journal) | Should -HaveCount 1
    }

    It 'does nothing with -WhatIf' {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        Export-BatchResult $journal -Path "$TestDrive/x.csv" -WhatIf
        "$TestDrive/x.csv" | Should -Not -Exist
    }

    It 'takes the results of one run only' {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal -Name a | Out-Null
        2 | Invoke-ConcurrentBatch { $_ } -Journal $journal -Name b | Out-Null
        { Get-BatchRun $journal | Export-BatchResult -Path "$TestDrive/x.json" -Force } | Should -Throw -ErrorId 'ExportOneRun*'
    }

    It 'resolves paths as PowerShell does' {
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        Push-Location $TestDrive
        try { Export-BatchResult run.db -Path x.csv }
        finally { Pop-Location }
        "$TestDrive/x.csv" | Should -Exist
        { Export-BatchResult $journal -Path 'variable:x.csv' } | Should -Throw -ErrorId 'PathPathInvalid*'
    }
}

Describe 'Export-BatchResult chooses and warns' {
    AfterEach { Remove-Item "$TestDrive/*" -Force }

    It 'takes the last run, of the journal or of the batch, or the one that is named' {
        1 | Invoke-ConcurrentBatch { 'first' } -Journal $journal -Name a | Out-Null
        1 | Invoke-ConcurrentBatch { 'second' } -Journal $journal -Name a | Out-Null
        1 | Invoke-ConcurrentBatch { 'other' } -Journal $journal -Name b | Out-Null
        $first = (Get-BatchRun $journal)[0].RunId
        Export-BatchResult $journal -Path "$TestDrive/1.csv"
        Export-BatchResult $journal -Name a -Path "$TestDrive/2.csv"
        Export-BatchResult $journal -RunId $first -Path "$TestDrive/3.csv"
        1..3 | ForEach-Object { @(Get-Content "$TestDrive/$_.csv")[1] } | Should -Be 'other', 'second', 'first'
    }

    It 'warns when the run did not complete' {
        1..10 | Invoke-ConcurrentBatch { $_ } -Journal $journal -UsageLimit 4 -ErrorAction Ignore | Out-Null
        Export-BatchResult $journal -Path "$TestDrive/x.csv" -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -HaveCount 1
        "$warned" | Should -BeLike '*Stopped*-Resume*'
        @(Import-Csv "$TestDrive/x.csv") | Should -HaveCount 4
    }

    It 'does not warn when it did' {
        1..3 | Invoke-ConcurrentBatch { $_ } -Journal $journal | Out-Null
        Export-BatchResult $journal -Path "$TestDrive/x.csv" -WarningVariable warned
        $warned | Should -BeNullOrEmpty
    }

    It 'says that nothing was kept' {
        1..3 | Invoke-ConcurrentBatch { $_ } -Journal $journal -JournalContent Keys | Out-Null
        Export-BatchResult $journal -Path "$TestDrive/x.csv" -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeLike '*3 items*-JournalContent*'
    }

    It 'names what is missing: no journal, no batch, no run' {
        Export-BatchResult "$TestDrive/no.db" -Path "$TestDrive/x.csv" -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'JournalNotFound*'
        1 | Invoke-ConcurrentBatch { $_ } -Journal $journal -Name cards | Out-Null
        Export-BatchResult $journal -Name card -Path "$TestDrive/x.csv" -ErrorVariable failed -ErrorAction SilentlyContinue
        "$failed" | Should -BeLike "*'card'*'cards'*"
        Export-BatchResult $journal -RunId ([guid]::Empty) -Path "$TestDrive/x.csv" -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'JournalNotFound*'
        "$TestDrive/x.csv" | Should -Not -Exist
    }
}

Describe 'Export-BatchResult that is stopped' {
    AfterEach {
        Remove-Caller $caller
        Remove-Item "$TestDrive/*" -Force
    }

    It 'leaves nothing half-written: <Target>' -ForEach @(
        @{ Target = 'x.jsonl'; Arguments = { @{ Path = "$folder/x.jsonl" } } }
        @{ Target = 'x.db'; Arguments = { @{ Database = "$folder/x.db"; Table = 't' } } }
    ) {
        1..20000 | Invoke-ConcurrentBatch { $_ } -Journal $journal -ThrottleLimit 2 | Out-Null
        $caller = Start-Caller {
            param($journal, $folder, $arguments)
            $arguments = . ([scriptblock]::Create($arguments))
            Export-BatchResult $journal @arguments
        } -ArgumentList $journal, "$TestDrive", "$Arguments"
        Wait-Condition { Get-ChildItem $TestDrive -Force | Where-Object Name -like "*$Target*" } -What 'the start of the export'
        Stop-Caller $caller
        $left = (Get-ChildItem $TestDrive -Force).Name | Where-Object { $_ -notlike 'run.db*' }
        $left | Should -BeNullOrEmpty -Because 'the export was stopped before its end'
    }
}
