BeforeAll {
    Import-Module ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")) -Force

    # Items that let errors pass must not fail for what the test runner sets.
    $ErrorActionPreference = 'Continue'
}

Describe 'Expand-BatchMatrix' {
    It 'makes an object of each combination, with the item and one value of each set' {
        $items = 'u1', 'u2' | Expand-BatchMatrix @{ Template = 'summary', 'quiz'; Verbosity = 'brief', 'standard', 'full' }
        $items | Should -HaveCount 12
        $items[0].PSObject.Properties.Name | Should -Be 'Item', 'Template', 'Verbosity'
        $items.ForEach{ "$($_.Item)/$($_.Template)/$($_.Verbosity)" } | Should -Be @(
            foreach ($u in 'u1', 'u2') { foreach ($t in 'summary', 'quiz') { foreach ($v in 'brief', 'standard', 'full') { "$u/$t/$v" } } })
    }

    It 'goes through the sets of a hashtable by name, so that every session has the same order' {
        $first = 1 | Expand-BatchMatrix @{ b = 1, 2; C = 'x', 'y'; a = 'p' }
        $first[0].PSObject.Properties.Name | Should -Be 'Item', 'a', 'b', 'C'
        $first.ForEach{ "$($_.b)$($_.C)" } | Should -Be '1x', '1y', '2x', '2y'
    }

    It 'keeps the order of an ordered dictionary' {
        $items = 1 | Expand-BatchMatrix ([ordered] @{ z = 1, 2; a = 'x', 'y' })
        $items[0].PSObject.Properties.Name | Should -Be 'Item', 'z', 'a'
        $items.ForEach{ "$($_.z)$($_.a)" } | Should -Be '1x', '1y', '2x', '2y'
    }

    It 'takes a single value, $null and a dictionary as a set of one' {
        $table = @{ k = 1 }
        $items = @(1 | Expand-BatchMatrix @{ text = 'one'; nothing = $null; table = $table })
        $items | Should -HaveCount 1
        $items[0].text | Should -Be 'one'
        $items[0].nothing | Should -Be $null
        [object]::ReferenceEquals($items[0].table, $table) | Should -BeTrue
    }

    It 'takes any list as a set, and a $null among its values' {
        $list = [System.Collections.Generic.List[object]] @(1, $null, 3)
        ($list, (1..3)).ForEach{ @('x' | Expand-BatchMatrix @{ n = $_ }).Count } | Should -Be 3, 3
        @('x' | Expand-BatchMatrix @{ n = $list })[1].n | Should -Be $null
    }

    It 'passes a $null item on, and items as they are' {
        $row = [pscustomobject] @{ Id = 7 }
        $items = $null, $row | Expand-BatchMatrix @{ a = 1 }
        $items | Should -HaveCount 2
        $items[0].Item | Should -Be $null
        $items[1].Item.Id | Should -Be 7
        [object]::ReferenceEquals($items[1].Item, $row) | Should -BeTrue
    }

    It 'names the item''s property as it is told' {
        $item = 'x' | Expand-BatchMatrix @{ Item = 1 } -ItemName Url
        $item.Url | Should -Be 'x'
        $item.Item | Should -Be 1
    }

    It 'leaves each item once when the matrix has no set' {
        $items = @('x', 'y' | Expand-BatchMatrix @{})
        $items.ForEach{ $_.Item } | Should -Be 'x', 'y'
    }

    It 'streams: what comes first can be taken before all is made' {
        1..1000000 | Expand-BatchMatrix @{ a = 1..100 } | Select-Object -First 3 | ForEach-Object a | Should -Be 1, 2, 3
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'a set that has the item''s name'; Matrix = @{ item = 1 }; Id = 'MatrixNameClash,*'; Message = "*set 'item', which is also the name of the property that holds the item*-ItemName*" }
        @{ Name = 'two sets that differ only in case'; Matrix = & { $d = [System.Collections.Hashtable]::new(); $d['A'] = 1; $d['a'] = 2; $d }; Id = 'MatrixNameClash,*'; Message = "*two sets named*differ at most in case*" }
        @{ Name = 'an empty set'; Matrix = @{ a = @() }; Id = 'MatrixSetEmpty,*'; Message = "*set 'a' of the matrix has no values*" }
    ) {
        { 1 | Expand-BatchMatrix $Matrix } | Should -Throw -ErrorId $Id -ExpectedMessage $Message
    }

    It 'refuses no matrix at all' {
        { 1 | Expand-BatchMatrix $null } | Should -Throw
    }
}

Describe 'Expand-BatchMatrix and Invoke-ConcurrentBatch' {
    It 'run each combination as an item of its own, and partial success is normal' {
        $results = 'u1', 'u2' | Expand-BatchMatrix @{ Template = 'summary', 'quiz'; Verbosity = 'brief', 'full' } |
            Invoke-ConcurrentBatch -AsResult -Ordered -SummaryVariable summary {
                if ($_.Item -eq 'u2' -and $_.Template -eq 'quiz' -and $_.Verbosity -eq 'full') { throw 'no such quiz' }
                "$($_.Item)-$($_.Template)-$($_.Verbosity)"
            }
        $results | Should -HaveCount 8
        @($results | Where-Object Status -eq Succeeded).Output | Should -Contain 'u1-quiz-full'
        $failed = @($results | Where-Object Status -eq Failed)
        $failed | Should -HaveCount 1
        $failed[0].InputObject.Verbosity | Should -Be 'full'
        $summary.Succeeded | Should -Be 7
        $summary.Failed | Should -Be 1
    }

    It 'combinations have content keys: equal ones run once with -Deduplicate' {
        $results = 'u', 'u' | Expand-BatchMatrix @{ a = 1, 2 } | Invoke-ConcurrentBatch { $_.a } -Deduplicate -AsResult -Ordered
        $results.FromCache | Should -Be $false, $false, $true, $true
        $results.Output | Should -Be 1, 2, 1, 2
    }

    It 'combinations can be serialised by the item they came from' {
        $results = 'u1', 'u2' | Expand-BatchMatrix @{ a = 1..3 } | Invoke-ConcurrentBatch { "$($_.Item)$($_.a)" } -SerializeBy Item -AsResult
        @($results | Where-Object { $_.InputObject.Item -eq 'u1' }).Output | Should -Be 'u11', 'u12', 'u13'
    }
}
