/**
 * Kanji that are one character in several shapes: people write 髙橋, 邊 and 學 as their documents do not.
 *
 * The official tables are of Japanese notices and rules, which have no copyright (Copyright Act, article 13):
 * the former shapes beside the Jōyō kanji (Cabinet Notification 2 of 2010), the variants of Jōyō and Jinmeiyō
 * kanji (Enforcement Rules of the Family Register Act, appended table 2), and the simplified shapes of JIS
 * X 0208. They were compared with `kJinmeiyoKanji` of Unicode's Unihan database. What NFKC unites is left out.
 */

/** The usual shape first, then those that stand for it. */
const OFFICIAL = `
  亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 飲飮 隠隱 栄榮 営營 鋭銳 衛衞 駅驛 悦悅 閲閱 円圓 塩鹽 縁緣
  艶艷 応應 欧歐 殴毆 桜櫻 奥奧 横橫 温溫 穏穩 仮假 価價 画畫 会會 絵繪 壊壞 懐懷 概槪 拡擴 殻殼
  覚覺 学學 岳嶽 楽樂 渇渴 缶罐 巻卷 陥陷 勧勸 寛寬 関關 歓歡 観觀 顔顏 気氣 帰歸 亀龜 偽僞 戯戲
  犠犧 旧舊 拠據 挙擧 虚虛 峡峽 挟挾 狭狹 教敎 郷鄕 暁曉 区區 駆驅駈 勲勳 薫薰 径徑 茎莖 恵惠 掲揭
  渓溪 経經 蛍螢 軽輕 継繼 鶏鷄 芸藝 撃擊 欠缺 研硏 県縣 倹儉 剣劍 険險 圏圈 検檢 献獻 権權 顕顯
  験驗 厳嚴 戸戶 呉吳 娯娛 広廣 効效 恒恆 黄黃 鉱鑛 号號 告吿 国國 黒黑 砕碎 済濟 斎齋 歳歲 剤劑
  雑雜 参參 桟棧 蚕蠶 惨慘 産產 賛贊 残殘 糸絲 歯齒 児兒 辞辭 湿濕 実實 写寫 舎舍 釈釋 寿壽 収收
  従從 渋澁 獣獸 縦縱 粛肅 処處 緒緖 叙敍 尚尙 将將 称稱 渉涉 焼燒 証證 奨奬 条條 状狀 乗乘 浄淨
  剰剩 畳疊 縄繩 壌壤 嬢孃 譲讓 醸釀 触觸 嘱囑 真眞 寝寢 慎愼 尽盡 図圖 粋粹 酔醉 穂穗 随隨 髄髓
  枢樞 数數 瀬瀨 声聲 青靑 斉齊 清淸 静靜 税稅 窃竊 摂攝 説說 絶絕 専專 浅淺 戦戰 践踐 銭錢 潜潛
  繊纖 禅禪 双雙 壮壯 争爭 荘莊 捜搜 挿插 巣巢 曽曾 痩瘦 装裝 総總 騒騷 増增 蔵藏 臓臟 即卽 属屬
  続續 堕墮 対對 体體 帯帶 滞滯 台臺 滝瀧 択擇 沢澤 脱脫 担擔 単單 胆膽 団團 断斷 弾彈 遅遲 痴癡
  虫蟲 昼晝 鋳鑄 庁廳 徴徵 聴聽 勅敕 鎮鎭 逓遞 鉄鐵 点點 転轉 伝傳 灯燈 当當 党黨 盗盜 稲稻
  闘鬭鬥鬪鬬 徳德 独獨 読讀 届屆 内內 弐貳 悩惱 脳腦 覇霸 拝拜 廃廢 売賣 麦麥 発發 髪髮 抜拔 晩晚
  蛮蠻 秘祕 浜濱 瓶甁 払拂 仏佛 併倂 並竝 餅餠 辺邊 変變 歩步 舗舖 宝寶 豊豐 褒襃 没沒 翻飜 毎每
  万萬 満滿 麺麵 黙默 弥彌 訳譯 薬藥 与與 予豫 余餘 誉譽 揺搖 様樣 謡謠 来來 頼賴 乱亂 覧覽 竜龍
  両兩 猟獵 緑綠 涙淚 塁壘 礼禮 励勵 戻戾 霊靈 隷隸 齢齡 暦曆 歴歷 恋戀 錬鍊 炉爐 労勞 郎郞 楼樓
  籠篭 録錄 湾灣 尭堯 巌巖 掴摑 彦彥 桧檜 槙槇 瑶瑤 祢禰 祷禱 禄祿 穣穰 箪簞 聡聰 遥遙 唖啞 嘘噓
  頴穎 鴎鷗 躯軀 鴬鶯 撹攪 麹麴 鹸鹼 噛嚙 繍繡 蒋蔣 醤醬 掻搔 屏屛 并幷 沪濾 芦蘆 蝋蠟 弯彎 焔焰
  砿礦 讃讚 顛顚 巔巓 醗醱 溌潑 輌輛 繋繫 涜瀆 侭儘 薮藪 蝿蠅 媯嬀 騨驒 亘亙 凛凜 晃晄 晋晉 萌萠
  涼凉 野埜 峰峯 杯盃 富冨 島嶋 園薗 弁辨辯瓣
`;

/** Shapes in common use, most of them in family and place names, that those tables leave out. */
const OF_NAMES =
  '高髙 崎﨑嵜 辺邉 浜濵 島嶌 柳栁 桑桒 吉𠮷 欅﨔 昇曻 国圀囯 館舘 略畧 群羣 船舩 鉄銕 煙烟 姉姊 秋穐 淵渕 熙煕凞 裏裡';

const USUAL: ReadonlyMap<string, string> = buildMap();

const VARIANT = new RegExp(`[${[...USUAL.keys()].join('')}]`, 'gu');

/** ヶ and ヵ, and the ケ between kanji that stands for them: 霞ヶ関, 霞ケ関 and 霞が関 are one place. */
const SMALL_KE = /[\u30f5\u30f6]|(?<=[\u3005\u4e00-\u9fff])\u30b1(?=[\u4e00-\u9fff])/g;

/** What counts months and places, behind a number: 三か月, 3カ月, 十箇所. */
const COUNTING = /(?<=[0-9一二三四五六七八九十百千数何])[かカケ箇個](?=[月所国年条点村寺院章])/g;

const KANJI_OR_KE = /[\u30ab\u30b1\u30f5\u30f6\u3400-\u9fff\ud800-\udbff\ufa0e-\ufa29]/;

function buildMap(): ReadonlyMap<string, string> {
  const usual = new Map<string, string>();
  for (const group of `${OFFICIAL} ${OF_NAMES}`.trim().split(/\s+/)) {
    const [first = '', ...variants] = group;
    for (const variant of variants) usual.set(variant, first);
  }
  return usual;
}

/**
 * The text with every kanji in its usual shape, and が for the ヶ of counters and place names.
 *
 * @param text in NFKC
 */
export function foldKanji(text: string): string {
  if (!KANJI_OR_KE.test(text)) return text;
  return text
    .replace(VARIANT, (kanji) => USUAL.get(kanji) ?? kanji)
    .replace(SMALL_KE, 'が')
    .replace(COUNTING, 'が');
}
